"""Why a file is not taken: one code and one sentence for each reason."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.errors import Invalid, Message, ProductError, Unsupported

_KIND = _("Choose another file: this is not what its name says, or a kind that is not taken here.")

#: code: (answered as 415 rather than 400, what to do)
REASONS: dict[str, tuple[bool, str | Promise]] = {
    "wrong_type": (True, _KIND),
    "unsafe": (True, _("Choose another file: this one holds a program or another file in hiding.")),
    "macros": (True, _("Save the document without macros (.docx, .xlsx, .pptx) and upload that.")),
    "encrypted": (True, _("Save the document without a password and upload that.")),
    "several_pages": (True, _("Save the pages as a PDF: a TIFF of several pages is not taken.")),
    "damaged": (False, _("Open the file and save it anew: it is damaged or cut off.")),
    "too_many_pixels": (False, _("Make the picture smaller: at most 60 megapixels are taken, of a video 8K.")),
    "too_long_animation": (False, _("Make the animation shorter, or upload it as a video.")),
    "too_long_video": (False, _("Make the video shorter: at most two hours are taken.")),
    "wrong_codec": (True, _("Save the video as MP4 with H.264: browsers do not play this one.")),
    "too_complex": (False, _("Save the file in a simpler form: reading it takes too long.")),
    "wrong_size": (False, _("Send the file again: its size is not the one announced.")),
    "wrong_checksum": (False, _("Send the file again: it changed on the way.")),
    "expired": (False, _("Send the file again: the upload was not finished in time.")),
}


class Rejected(Exception):
    """A file that cannot be taken; ``code`` is one of :data:`REASONS`."""

    def __init__(self, code: str) -> None:
        self.code = code if code in REASONS else "damaged"
        super().__init__(self.code)

    def as_error(self) -> ProductError:
        """Return what a person is answered."""
        return error_of(self.code)


def sentence(code: str) -> Message:
    """Return what to do about a reason."""
    return REASONS.get(code, REASONS["damaged"])[1]  # type: ignore[return-value]  # lazy text of gettext


def error_of(code: str) -> ProductError:
    """Return the error for a code: :class:`Unsupported` (415) or :class:`Invalid` (400)."""
    unsupported = REASONS.get(code, REASONS["damaged"])[0]
    return Unsupported(sentence(code), code=code) if unsupported else Invalid({"file": sentence(code)}, code=code)
