"""Where the bytes of a file lie in the store. Folders part what is served from what has just come in."""

from __future__ import annotations

#: As it was sent; only for pictures and videos, which are made anew before anybody sees them.
INCOMING = "uploads/"
#: Checked, private: served by addresses that expire.
FILES = "files/"
#: Pictures everybody may see; a store may serve this folder itself.
PUBLIC = "public/"

#: Made for one person, for some days; the app that makes them removes them.
EXPORTS = "exports/"

#: What the sweep of files looks through.
FOLDERS = (INCOMING, FILES, PUBLIC)


def incoming(key: str) -> str:
    """Where an upload arrives."""
    return f"{INCOMING}{key}"


def kept(key: str) -> str:
    """Where a checked file is."""
    return f"{FILES}{key}"


def rendition(key: str, name: str, format: str) -> str:
    """Where a private rendition is: the same each time it is made, so that making it twice leaves one."""
    return f"{FILES}{key}.{name}.{format}"


def public(public_key: str, name: str, format: str = "webp") -> str:
    """Where a picture for everybody is."""
    return f"{PUBLIC}{public_key}/{name}.{format}"


def export(key: str) -> str:
    """Where a file made for one person is."""
    return f"{EXPORTS}{key}"


def name_in(key: str) -> str:
    """Return the random name in an object's key, by which its row is found."""
    folder, _slash, rest = key.partition("/")
    return rest.partition("/")[0] if f"{folder}/" == PUBLIC else rest.partition(".")[0]
