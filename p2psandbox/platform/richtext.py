"""Rich text, sanitised once on write; what the library stores is safe to show as it is.

The allow-list is small on purpose: what a forum post or a story needs, nothing that runs, loads or restyles.
Pictures from elsewhere become links, because our pages load nothing from other servers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any

import bleach
from bleach.html5lib_shim import Filter
from bleach.sanitizer import Cleaner
from django.utils.translation import gettext as _

from p2psandbox.platform.textrules import FieldChecks, TextRule, normalise, problem

#: Longest accepted input and longest stored text, in characters.
MAX_INPUT = 300_000
MAX_TEXT = 60_000
#: Most tags in one text. Parsing costs the square of how deep they are nested: without a limit one request
#: of a hundred thousand ``<b>`` would hold a worker for minutes.
MAX_TAGS = 5_000

TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "strong",
        "em",
        "b",
        "i",
        "u",
        "s",
        "del",
        "ins",
        "sub",
        "sup",
        "code",
        "pre",
        "kbd",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "img",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "caption",
    ]
)
_RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "strike": "s", "tt": "code"}
_BLOCKS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "caption",
        "div",
    ]
)

#: Elements whose text is not for people. Only cosmetics: the allow-list below is what makes it safe.
_SILENT = re.compile(
    r"<(script|style|template|noscript|noembed|iframe|object|title|xmp)\b[^<>]{0,2000}>.*?(?:</\1\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
#: Never meant by anybody: half a surrogate pair, NUL, and the byte-order mark that comes along when pasting.
_STRAY = re.compile("[\ud800-\udfff\x00\ufeff]")
_TAG = re.compile("<[a-zA-Z/!?]")
_ATTRIBUTE = re.compile(r"\s[\w:-]+=")
#: Bleach would show these as question marks; people are told instead.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LANGUAGE = re.compile(r"^language-[\w+#-]{1,30}$")
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: The lasting address of one of our own files, or of its large rendition. Nothing else is a picture.
_OWN_PICTURE = re.compile(rf"/files/{_ID}/(?:large/)?")
_PERSON = re.compile(_ID)
_PIXELS = re.compile(r"[1-9][0-9]{0,4}")
#: Elements nested as HTML forbids (a heading in a heading) come apart only when they are read once more, and a letter
#: meets its accent when what stood between them is gone. Texts longer than this, in characters, are read once: they
#: are as safe, only not as tidy.
_MOST_PASSES, _READ_AGAIN = 3, 60_000
_SPAN = re.compile(r"^[1-9][0-9]?$")


def _attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name in ("href", "title", "class", "data-person")  # the last two only together: see _mention
    if tag == "img":
        if name in ("width", "height"):
            return bool(_PIXELS.fullmatch(value))
        return name == "alt" or (name == "src" and bool(_OWN_PICTURE.fullmatch(value) or value.startswith("http")))
    if tag == "code":
        return name == "class" and bool(_LANGUAGE.match(value))
    if tag in ("td", "th"):
        return name in ("colspan", "rowspan") and bool(_SPAN.match(value))
    return tag == "ol" and name == "start" and value.isdigit() and len(value) < 6


def _link(given: dict[Any, str]) -> dict[Any, str]:
    """Mark a link as somebody's own; ``class`` and ``data-person`` stay only where it mentions a person.

    That is ``class="mention"`` with an id and the address of that person's page. Whether there is such a person,
    and that the link bears their name, is for whoever stores the text to see to (:mod:`forums.mentions`).
    """
    person = given.pop((None, "data-person"), "")
    css_class = given.pop((None, "class"), "")
    if css_class == "mention" and _PERSON.fullmatch(person) and given.get((None, "href")) == f"/people/{person}/":
        given |= {(None, "class"): "mention", (None, "data-person"): person}
    given[(None, "rel")] = "nofollow ugc noopener"
    return given


class _House(Filter):  # type: ignore[misc]  # bleach ships no types for its filters
    """Mark links as foreign, turn foreign pictures into links, and compose letters with their accents.

    Composing is for text alone: ``>`` with a combining stroke after it would turn into another sign.
    """

    def __iter__(self) -> Any:
        for token in super().__iter__():
            if token["type"] == "Characters":
                token["data"] = unicodedata.normalize("NFC", token["data"])
            if token["type"] in ("StartTag", "EmptyTag"):
                if token["name"] == "a":
                    token["data"] = _link(token["data"])
                elif token["name"] == "img":
                    yield from self._picture(token)
                    continue
            yield token

    def _picture(self, token: dict[str, Any]) -> Any:
        source = token["data"].get((None, "src"), "")
        # Where it becomes text, bleach would do so the next time: twice would not be once.
        alt = _CONTROL.sub("?", token["data"].get((None, "alt"), "").strip())
        if _OWN_PICTURE.fullmatch(source):
            sizes = {(None, name): token["data"].get((None, name)) for name in ("width", "height")}
            token["data"] = {(None, "src"): source, (None, "alt"): alt, (None, "loading"): "lazy"}
            if all(sizes.values()):
                token["data"] |= sizes
            yield token
        elif source:
            data = {(None, "href"): source, (None, "rel"): "nofollow ugc noopener"}
            yield {"type": "StartTag", "name": "a", "namespace": None, "data": data}
            yield {"type": "Characters", "data": alt or _("Picture: %(address)s") % {"address": source}}
            yield {"type": "EndTag", "name": "a", "namespace": None, "data": {}}
        elif alt:
            yield {"type": "Characters", "data": alt}


def _cleaner() -> Cleaner:
    # A cleaner holds parser state, so each call makes its own (bleach's documented rule for threads).
    cleaner = Cleaner(
        tags=TAGS,
        attributes=_attribute,
        protocols=frozenset({"http", "https", "mailto"}),
        strip=True,
        strip_comments=True,
        filters=[_House],
    )
    # With the other quotes around it, bleach escapes what an attribute says anew each time.
    cleaner.serializer.quote_char, cleaner.serializer.use_best_quote_char = '"', False
    return cleaner


def _too_many_tags(html: str) -> bool:
    tags, attributes = (sum(1 for _found in what.finditer(html)) for what in (_TAG, _ATTRIBUTE))
    return tags > MAX_TAGS or attributes > 2 * MAX_TAGS


def sanitise(html: str) -> str:
    """Return ``html`` reduced to the allow-list, well formed. Sanitising twice changes nothing more in texts
    people write (up to 60,000 characters).

    More than :data:`MAX_TAGS` tags are not parsed: the whole is then taken as plain text.
    """
    if _too_many_tags(html):
        return escape(_STRAY.sub("", html), quote=False)
    text = _STRAY.sub("", html.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SILENT.sub("", text)
    for old, new in _RENAMED.items():
        text = re.sub(rf"<(/?){old}(?=[\s>/])", rf"<\1{new}", text, flags=re.IGNORECASE)
    clean = str(_cleaner().clean(text)).strip()
    for _again in range(_MOST_PASSES):
        if len(clean) > _READ_AGAIN:
            break
        before, clean = clean, str(_cleaner().clean(clean)).strip()
        if clean == before:
            break
    return clean


def from_plain_text(text: str) -> str:
    """Return HTML for text typed without an editor: blank lines part paragraphs, addresses become links."""
    if len(text) > MAX_TEXT:  # refused on write anyway, so spare the work
        return escape(_STRAY.sub("", text), quote=False)
    blocks = re.split(r"\n\s*\n", normalise(text))
    html = "".join(f"<p>{'<br>'.join(escape(line) for line in block.splitlines())}</p>" for block in blocks if block)
    return sanitise(bleach.linkify(html))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def to_text(html: str) -> str:
    """Return the words of sanitised HTML, blocks parted by single line breaks."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    words = unicodedata.normalize("NFC", "".join(parser.parts))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(line for line in lines if line)


def excerpt(text: str, length: int = 200) -> str:
    """Return the first ``length`` characters of a text on one line, cut at a word, with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


@dataclass(frozen=True, slots=True)
class RichText:
    """Sanitised ``html`` and the plain ``text`` that search and excerpts use."""

    html: str
    text: str


def check(checks: FieldChecks, field: str, value: object, *, required: bool = True) -> RichText:
    """Sanitise a body a person wrote; note in ``checks`` when it is empty, junk, hidden or too long.

    At most :data:`MAX_INPUT` characters come in and :data:`MAX_TEXT` characters of text are kept.
    """
    if not isinstance(value, str):
        value = checks.text(field, value, TextRule(max_length=MAX_INPUT, multiline=True, min_length=int(required)))
        return RichText("", "")
    if len(value) > MAX_INPUT:
        checks.add(field, _("Shorten this: it is longer than we can store."))
        return RichText("", "")
    if _too_many_tags(value):
        checks.add(field, _("Simplify the formatting: there is too much of it."))
        return RichText("", "")
    if _CONTROL.search(value):
        checks.add(field, _("Remove the invisible control characters; retype the text if you pasted it."))
        return RichText("", "")
    html = sanitise(value)
    text = to_text(html)
    pictures = "<img" in html
    rule = TextRule(
        max_length=MAX_TEXT,
        min_length=int(required and not pictures),
        multiline=True,
        meaningful=not pictures,
    )
    # A picture from elsewhere has become a link, and our own word for it is none of theirs.
    said = text.replace(_("Picture: %(address)s") % {"address": ""}, "")
    if (found := problem(said, rule)) is not None:
        checks.add(field, found)
    return RichText(html if text or pictures else "", text)
