"""Makers of files that readers of the tests can trust: good PDFs and pictures, and every hostile one we know of.

Nothing is kept in the repository: each file is made by code, so that one can see what is wrong with it.
"""

import hashlib
import io
import struct
import zipfile
import zlib

from PIL import Image

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"

# --- PDF: the writer -------------------------------------------------------------------------------------------


def stream(data, entries=b"", length=None):
    """Return a stream object; `length` is what it claims, where that is not the truth."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data) if length is None else length, data)


def pdf_of(objects, trailer=b"", head=HEADER):
    """Return a PDF with a sound cross-reference table; object 1 is the catalogue."""
    out = io.BytesIO()
    out.write(head)
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def objects_of(contents, *, catalog=b"", page=b"/MediaBox [0 0 595 842]", resources=b""):
    """Return the objects of a PDF with one page for each of `contents` (objects 3, 5, 7 …; the font is the last)."""
    font = 3 + 2 * len(contents)
    kids = b" ".join(b"%d 0 R" % number for number in range(3, font, 2))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), kids),
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R /Resources << /Font << /F1 %d 0 R >> %s >> >>"
            % (page, 4 + 2 * number, font, resources)
        )
        objects.append(content if content.startswith(b"<<") else stream(content))
    return [*objects, FONT]


def line(text, size=24, y=700):
    """Return the content of a page that shows one line."""
    return b"BT /F1 %d Tf 72 %d Td (%s) Tj ET" % (size, y, text.encode("cp1252"))


# --- PDF: good -------------------------------------------------------------------------------------------------


def good_pdf(*texts, **options):
    """Return a small sound PDF, one page for each text."""
    return pdf_of(objects_of([line(text) for text in texts or ("Bonjour",)], **options))


def packed_pdf(catalog=b""):
    """Return a sound PDF as most programs write it: objects packed into a stream, and the table in another."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>"
    )
    packed = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        page,
        FONT,
    ]
    numbers, position = [], 0
    for number, body in enumerate(packed, 1):
        numbers.append(b"%d %d" % (number, position))
        position += len(body) + 1
    index = b" ".join(numbers) + b" "
    container = zlib.compress(index + b"\n".join(packed))
    out = HEADER
    at_contents = len(out)
    out += b"5 0 obj\n%s\nendobj\n" % stream(line("Paquet"))
    at_container = len(out)
    out += b"6 0 obj\n%s\nendobj\n" % stream(
        container, b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(packed), len(index))
    )
    at_table = len(out)
    rows = [(0, 0, 65535), *((2, 6, place) for place in range(4))]
    rows += [(1, at_contents, 0), (1, at_container, 0), (1, at_table, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    entries = b"/Type /XRef /Size 8 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode"
    return out + b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(table, entries), at_table)


def updated_pdf():
    """Return a sound PDF that was changed after it was made: the change and a second table stand at its end."""
    before = good_pdf("Avant")
    at = len(before)
    after = before + b"4 0 obj\n%s\nendobj\n" % stream(line("Ensuite"))
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>" % (before.rindex(b"xref\n0"))
    return after + b"xref\n4 1\n%010d 00000 n \n%s\nstartxref\n%d\n%%%%EOF\n" % (at, trailer, len(after))


# --- PDF: hostile ----------------------------------------------------------------------------------------------

PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def rc4(key, data):
    """Return the data encrypted as PDFs of the last century are."""
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def md5(data):
    return hashlib.md5(data, usedforsecurity=False).digest()


def encrypted_pdf(user_password=b"secret", owner_password=b"boss"):
    """Return a PDF encrypted with RC4, 40 bits. An empty user password: it opens, but must not be copied from."""
    user, owner = (password + PADDING for password in (user_password, owner_password))
    document, permissions = b"0123456789abcdef", -64
    o = rc4(md5(owner[:32])[:5], user[:32])
    key = md5(user[:32] + o + struct.pack("<i", permissions) + document)[:5]
    objects = objects_of([b""])
    objects[3] = stream(rc4(md5(key + (4).to_bytes(3, "little") + b"\0\0")[:10], line("Secret")))
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (
        o.hex().encode(),
        rc4(key, PADDING).hex().encode(),
        permissions,
    )
    number = document.hex().encode()
    return pdf_of(objects, b"/Encrypt %s /ID [<%s> <%s>]" % (encrypt, number, number))


def zip_named_pdf():
    """Return a zip; the test gives it the name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("brochure.pdf", good_pdf())
    return buffer.getvalue()


def html_named_pdf():
    return b"<!doctype html><title>x</title><script>alert(1)</script>"


def html_then_pdf():
    """Return a file that is a web page to a browser and a PDF to a PDF reader."""
    return pdf_of(objects_of([line("x")]), head=b"<script>alert(1)</script>\n" + HEADER)


def truncated_pdf():
    """Return a PDF whose transfer stopped half-way."""
    whole = good_pdf(*["Page"] * 20)
    return whole[: len(whole) // 2]


def pdf_with_broken_xref():
    """Return a PDF whose table leads elsewhere."""
    good = good_pdf()
    at = good.index(b"xref\n0")
    return good[:at] + good[at:].replace(b"0000000", b"0000999")


def pdf_with_wrong_startxref():
    good = good_pdf()
    at = good.rindex(b"startxref")
    return good[:at] + b"startxref\n7\n%%EOF\n"


def pdf_without_pages():
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"])


def pdf_that_claims_pages(count=50):
    """Return a PDF with one page that says that it has more."""
    return good_pdf().replace(b"/Count 1 ", b"/Count %d " % count)  # the table after it is wrong too


def pdf_with_many_pages(count=400):
    return good_pdf(*(str(number) for number in range(count)))


def flate_bomb(size=2**31, rounds=1):
    """Return bytes that unpack to `size` blanks, packed `rounds` times. `size`: a multiple of 1 MB."""
    packer = zlib.compressobj(9, wbits=-15)
    # After a full flush the same block packs to the same bytes: packed once, however large the bomb.
    block = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    low, high = (1 + size * 32) % 65521, (size + 32 * size * (size + 1) // 2) % 65521  # Adler's sum of that many blanks
    packed = b"\x78\xda" + block * (size // 2**20) + packer.flush() + struct.pack(">HH", high, low)
    for _ in range(rounds - 1):
        packed = zlib.compress(packed, 9)
    return packed


def pdf_bomb(size=2**31):
    """Return a PDF of a few kilobytes whose page unpacks to 2 GB."""
    return pdf_of(
        objects_of([stream(flate_bomb(size, rounds=2), b"/Filter [/FlateDecode /FlateDecode]")]),
    )


def pdf_with_huge_declared_stream():
    """Return a PDF whose page says that it is 2 GB long."""
    return pdf_of(objects_of([stream(line("x"), length=2**31 - 1)]))


def pdf_that_takes_for_ever(steps=2000):
    """Return a PDF that computes the colour of each point in ten thousand steps."""
    colour = b"{ " + b"dup mul sqrt 1 add 0.5 mul " * steps + b" pop dup dup }"
    shading = b"/Shading << /S0 << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 595 0 842] /Function 6 0 R >> >>"
    function = stream(colour, b"/FunctionType 4 /Domain [0 595 0 842] /Range [0 1 0 1 0 1]")
    return pdf_of([*objects_of([b"/S0 sh"], resources=shading), function])


def pdf_with_nested_forms(depth=9, width=12):
    """Return a PDF whose page draws twelve forms, each of which draws twelve forms, each of which…"""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
    objects = objects_of([b"/X Do " * width], resources=b"/XObject << /X 6 0 R >>")
    for _ in range(depth):
        following = b" /Resources << /XObject << /X %d 0 R >> >>" % (len(objects) + 2)
        objects.append(stream(b"/X Do " * width, form + following))
    return pdf_of([*objects, stream(b"0 0 m 500 800 l S " * 50, form)])


def pdf_with_huge_picture(side=30_000):
    """Return a PDF with a picture of 900 megapixels that is black all over."""
    picture = stream(
        flate_bomb(side * side * 3 // 2**20 * 2**20, rounds=2),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Filter [/FlateDecode /FlateDecode]" % (side, side),
    )
    objects = objects_of([b"595 0 0 842 0 0 cm /X0 Do"], resources=b"/XObject << /X0 6 0 R >>")
    return pdf_of([*objects, picture])


def pdf_with_deep_tree(depth=5000):
    """Return a PDF whose only page lies below thousands of branches."""
    branches = [
        b"<< /Type /Pages /Count 1 /Kids [%d 0 R] %s >>" % (number + 1, b"/Parent %d 0 R" % (number - 1) * (number > 2))
        for number in range(2, 2 + depth)
    ]
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 100 100] >>" % (1 + depth)
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", *branches, page])


def pdf_with_endless_tree():
    """Return a PDF whose pages are below themselves."""
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] /Parent 3 0 R >>",
            b"<< /Type /Pages /Count 2 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>",
        ]
    )


def pdf_with_huge_page(width=10**9, height=10**9):
    return good_pdf("Immense", page=b"/MediaBox [0 0 %d %d] /UserUnit 75000" % (width, height))


SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
HIDDEN_SCRIPT = b"/OpenAction << /S /J#61vaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"/OpenAction << /S /Launch /F (calc.exe) >>"
NAMED_SCRIPT = b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>"
XFA = b"/AcroForm << /Fields [] /XFA (<xdp/>) >>"


def large_file(folder, size=60 * 1024 * 1024):
    """Write a good PDF followed by a hole: 60 MB that take no room on the disk; return its path."""
    path = folder / "large.pdf"
    with path.open("wb") as file:
        file.write(good_pdf())
        file.truncate(size)
    return path


# --- Pictures --------------------------------------------------------------------------------------------------


def good_picture(image_format="PNG", size=(60, 40), **options):
    """Return a sound picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "#1d34c6").save(buffer, image_format, **options)
    return buffer.getvalue()


def png_with_false_header():
    """Return a web page that begins as a PNG does."""
    return b"\x89PNG\r\n\x1a\n" + html_named_pdf()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side=50_000):
    """Return a PNG of some kilobytes with 2,500 megapixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = flate_bomb(side * (side // 8 + 1) // 2**20 * 2**20)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def eps():
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(/etc/passwd) (r) file\nshowpage\n"


def svg_with_script():
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def jpeg_with_place():
    """Return a JPEG that tells where and with what it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 50.0, 46.0), 3: "E", 4: (4.0, 21.0, 9.0)})
    return good_picture("JPEG", exif=exif)
