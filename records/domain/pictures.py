"""Files handed in as proof: what they are by their content, and nothing in them but the picture or the pages.

A picture is decoded and written anew, so that place, camera, owner and whatever was hidden behind it are gone. A PDF
stays as it is: it is refused where it would do something by itself.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from records.domain.refusals import FileRefused

MEGABYTES = 10
LARGEST = MEGABYTES * 1024 * 1024
MEGAPIXELS = 50
"""A page at 600 dpi has 35 million pixels; decoded, this takes 200 MB for a moment."""

_UNPACKED = 64 * 1024 * 1024
_FORMATS = {"JPEG": ("JPEG", "jpg"), "MPO": ("JPEG", "jpg"), "PNG": ("PNG", "png"), "GIF": ("PNG", "png"),
            "WEBP": ("WEBP", "webp")}  # fmt: skip
_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What is kept: cleaned content, its media type, and the ending of its name."""

    content: bytes
    media_type: str
    ending: str


def clean_proof(content: bytes) -> CleanFile:
    """The cleaned file. Raises FileRefused with empty_file, proof_too_large, not_a_proof, broken_picture,
    too_many_pixels, broken_pdf or active_pdf.

    A GIF becomes a PNG of its first frame: its 256 colours would suffer from being chosen anew.
    """
    if not content:
        raise FileRefused("empty_file")
    if len(content) > LARGEST:
        raise FileRefused("proof_too_large", limit=MEGABYTES)
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return CleanFile(content, "application/pdf", "pdf")
    if content.startswith(_SIGNS) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return _redrawn(content)
    raise FileRefused("not_a_proof")


def _redrawn(content: bytes) -> CleanFile:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "GIF", "WEBP"]) as picture:
            kind, ending = _FORMATS[str(picture.format)]
            if picture.width * picture.height > MEGAPIXELS * 1_000_000:
                raise FileRefused("too_many_pixels", limit=MEGAPIXELS)
            upright = ImageOps.exif_transpose(picture)
            solid = kind == "JPEG" or not upright.has_transparency_data
            clean = upright.convert("RGB" if solid else "RGBA")
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("too_many_pixels", limit=MEGAPIXELS) from None
    except Exception as error:  # decoders answer a hostile file with whatever comes to their mind
        raise FileRefused("broken_picture") from error
    clean.info = {}
    out = io.BytesIO()
    clean.save(out, kind, quality=90)
    return CleanFile(out.getvalue(), f"image/{kind.lower()}", ending)


_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|Encrypt)(?![A-Za-z0-9_.-])")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_HEAD = 1000
"""Bytes before a stream in which its dictionary must stand."""


def _check_pdf(content: bytes) -> None:
    """Whole, and without scripts, programs to start, files within, or a lock that hides them (ISO 32000-1, 12.6.4).

    Names may be written with escapes and objects be packed into streams, so both are opened. What can't be opened
    can't be judged and is refused.
    """
    if b"%%EOF" not in content[-1024:]:
        raise FileRefused("broken_pdf")
    plain = _names_spelled(content)
    if _ACTIVE.search(plain):
        raise FileRefused("active_pdf")
    packed = left = plain.count(b"/ObjStm")
    room = _UNPACKED
    for found in _STREAM.finditer(content) if packed else ():
        head = _names_spelled(content[max(0, found.start() - _HEAD) : found.start()]).rpartition(b"obj")[2]
        if b"/ObjStm" in head and b"/Predictor" not in head:
            left -= 1
            text = _unpacked(content[found.end() :], room)
            room -= len(text)
            if _ACTIVE.search(_names_spelled(text)):
                raise FileRefused("active_pdf")
    if left:
        raise FileRefused("broken_pdf")


def _names_spelled(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unpacked(content: bytes, room: int) -> bytes:
    """The objects of one packed stream, at most ``room`` bytes."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(content, max(room, 1))
    except zlib.error:
        raise FileRefused("broken_pdf") from None
    if not unpacker.eof:
        raise FileRefused("broken_pdf")
    return text
