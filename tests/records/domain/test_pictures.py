"""Pictures are written anew, PDFs looked through, everything else refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from records.domain.pictures import LARGEST, MEGAPIXELS, clean_proof
from records.domain.refusals import FileRefused

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def picture(kind: str, *, size: tuple[int, int] = (6, 4), mode: str = "RGB", **said: object) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, 0 if mode in ("L", "P", "1") else "red" if mode != "CMYK" else (0, 9, 9, 0))
    image.save(out, kind, **said)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=b"SECRETNOTE", icc_profile=b"SECRETPROFILE")


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        clean_proof(content)
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "media_type", "ending", "mode"),
    [
        ("JPEG", "image/jpeg", "jpg", "RGB"),
        ("JPEG", "image/jpeg", "jpg", "CMYK"),
        ("JPEG", "image/jpeg", "jpg", "L"),
        ("PNG", "image/png", "png", "RGBA"),
        ("PNG", "image/png", "png", "1"),
        ("PNG", "image/png", "png", "I;16"),
        ("GIF", "image/png", "png", "P"),
        ("WEBP", "image/webp", "webp", "RGBA"),
        ("MPO", "image/jpeg", "jpg", "RGB"),
    ],
)
def test_each_kind_is_taken_and_opens_again(kind: str, media_type: str, ending: str, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (6, 4)).save(out, kind)
    clean = clean_proof(out.getvalue())
    assert (clean.media_type, clean.ending) == (media_type, ending)
    with Image.open(io.BytesIO(clean.content)) as image:
        image.load()
        assert image.size == (6, 4)


def test_nothing_of_the_camera_the_place_or_the_owner_stays_and_the_picture_stands_upright() -> None:
    before = with_place()
    assert before.count(b"SECRET") == 3
    clean = clean_proof(before + b"SECRETTRAILER<script>")
    assert b"SECRET" not in clean.content
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.size == (4, 6)
        assert not image.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_texts_of_other_formats_go_too(kind: str) -> None:
    info = PngInfo()
    info.add_text("Author", "SECRETNAME")
    info.add_itxt("XML:com.adobe.xmp", "SECRETXMP")
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    said = {"PNG": {"pnginfo": info, "exif": exif}, "WEBP": {"exif": exif, "xmp": b"SECRETXMP"}}
    before = picture(kind, **said.get(kind, {"comment": b"SECRETNOTE"})) + b"SECRETTRAILER"
    assert b"SECRET" in before
    assert b"SECRET" not in clean_proof(before).content


def test_glass_stays_glass() -> None:
    clean = clean_proof(picture("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.mode == "RGBA"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xff\xd8\xff" + b"x" * LARGEST, "proof_too_large"),
        (b"MZ\x90\x00 a program", "not_a_proof"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not_a_proof"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "not_a_proof"),
        (b"GIF89a<script>alert(1)</script>", "broken_picture"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "broken_picture"),
        (picture("JPEG")[:-40], "broken_picture"),
        (picture("PNG")[:50], "broken_picture"),
        (b"\x89PNG\r\n\x1a\n" + picture("GIF"), "broken_picture"),
        (b"%PDF-1.7 and no end", "broken_pdf"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /Type"), "active_pdf"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /J#61vaScript >> /Type"), "active_pdf"),
        (PDF.replace(b"/Type", b"/A << /S /Launch /F (x.exe) >> /Type"), "active_pdf"),
        (PDF.replace(b"/Type", b"/Names << /EmbeddedFiles 2 0 R >> /Type"), "active_pdf"),
        (PDF.replace(b"trailer\n<<", b"trailer\n<< /Encrypt 5 0 R"), "active_pdf"),
    ],
)  # fmt: skip
def test_what_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def bomb(side: int) -> bytes:
    """A PNG that says it is ``side`` dots wide and high, in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [7_100, 9_600, 60_000])
def test_a_picture_that_unpacks_to_a_wall_is_refused_by_its_head(side: int) -> None:
    assert side * side > MEGAPIXELS * 1_000_000
    assert refusal(bomb(side)) == "too_many_pixels"


def packed(text: bytes, more: bytes = b"/Filter /FlateDecode") -> bytes:
    """A PDF with ``text`` in an object stream."""
    stream = b"2 0 obj\n<< /Type /ObjStm " + more + b" >>\nstream\r\n" + zlib.compress(text) + b"\nendstream\nendobj\n"
    plain = b"3 0 obj\n<< /Length 3 >>\nstream\nabc\nendstream\nendobj\n"
    return PDF.replace(b"trailer", plain + stream + b"trailer")


def test_a_plain_pdf_stays_as_it_is() -> None:
    assert clean_proof(PDF).content == PDF
    assert clean_proof(PDF).media_type == "application/pdf"
    harmless = packed(b"<< /Type /Page >>")
    assert clean_proof(harmless).content == harmless


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(b"<< /S /JavaScript >>"), "active_pdf"),
        (packed(b"<< /S /#4Aava#53cript >>"), "active_pdf"),
        (packed(b"<< /S /Launch >>").replace(b"/ObjStm", b"/Obj#53tm"), "active_pdf"),
        (packed(b"<< /Type /Page >>", b"/Filter /LZWDecode").replace(b"stream\r\nx", b"stream\r\n!"), "broken_pdf"),
        (packed(b"<< >>", b"/DecodeParms << /Predictor 12 >>"), "broken_pdf"),
        (packed(b"<< >>").replace(b"/ObjStm", b"/ObjStm" + b" " * 2000), "broken_pdf"),
        (packed(b"\0" * (65 * 1024 * 1024)), "broken_pdf"),
    ],
)
def test_what_is_packed_is_looked_at_too(content: bytes, code: str) -> None:
    assert refusal(content) == code


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.4", b"\xff\xd8\xff\xe0", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
)
def test_whatever_comes_is_taken_or_refused(content: bytes, sign: bytes) -> None:
    try:
        assert clean_proof(sign + content).content
    except FileRefused as refused:
        assert refused.code
