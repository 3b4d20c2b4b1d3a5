"""Makes a small real PDF from a title and paragraphs, for the sample content."""

import unicodedata
import zlib

WIDTH, HEIGHT, MARGIN = 595, 842, 62  # points: A4
BODY, LEADING, GAP = 11.5, 17, 9
PAPER, INK, PEN = (
    " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}" for at in (0, 2, 4))
    for colour in ("f3f1e9", "16181d", "1d34c6")
)
#: Widths of the letters of Helvetica-Bold, in thousandths of its size, from the space on. Regular ones are hardly ever
#: wider, so lines that fit in bold fit.
# fmt: off
WIDTHS = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
)
# fmt: on
WIDE = {"œ": 944, "Œ": 1000, "æ": 889, "Æ": 1000, "—": 1000, "…": 1000, "‰": 1000, "™": 1000}
#: What French typography asks for and WinAnsi has not.
NEAREST = {"\u202f": "\xa0", "\u2009": "\xa0", "\u2011": "-", "\u2212": "–"}


def make_pdf(title, paragraphs, *, language):
    """Return a PDF as bytes, the same for the same words: a cover, then the paragraphs on as many pages as they need.

    It is tagged, and names its title and its language. ValueError for words in another script than the Latin one:
    the letters of Helvetica, which every reader's program has, are all there is.
    """
    title = _writable(title)
    pages = [_cover(title), *_body([_writable(paragraph) for paragraph in paragraphs])]
    return _file(title, language, pages)


def _writable(text):
    text = "".join(NEAREST.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    try:
        text.encode("cp1252")
    except UnicodeEncodeError as error:
        raise ValueError(f"Not to be written in Helvetica: {text[error.start : error.end]!r}") from error
    return text


def _width(text, size):
    def letter_width(letter):
        plain = unicodedata.normalize("NFKD", letter)[0]
        return WIDE.get(letter) or (WIDTHS[ord(plain) - 32] if " " <= plain <= "~" else 556)

    return sum(map(letter_width, text)) * size / 1000


def _lines(text, size):
    lines = []
    for word in text.split(" "):
        if lines and _width(f"{lines[-1]} {word}", size) <= WIDTH - 2 * MARGIN:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# --- Pages: lists of (number of the structure element, or None for what is only drawn; drawing) ----------------


def _line(text, font, size, x, y):
    written = text.encode("cp1252")
    for mark in (b"\\", b"(", b")"):
        written = written.replace(mark, b"\\" + mark)
    return b"BT /%s %g Tf %s rg %g %g Td (%s) Tj ET" % (font, size, INK.encode(), x, y, written)


def _shape(colour, *points):
    path = " ".join(f"{x:g} {y:g} {'l' if number else 'm'}" for number, (x, y) in enumerate(points))
    return f"{colour} rg {path} f".encode()


def _bar(colour, x, y, width, height):
    return _shape(colour, (x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _cover(title):
    drawn = [_bar(PAPER, 0, 0, WIDTH, HEIGHT)]
    # Lines of a text, each title its own; the pen sets its accent (25 degrees) at the end of the shortest.
    seed = zlib.crc32(title.encode())
    lengths = [1.0, *(0.55 + 0.4 * (seed >> shift & 15) / 15 for shift in (0, 4, 8)), 0.36]
    room, top = WIDTH - 2 * MARGIN, HEIGHT - MARGIN
    for number, length in enumerate(lengths):
        drawn.append(_bar(INK, MARGIN, top - 24 - 62 * number, room * length, 24))
    high, left, foot = 170, MARGIN + room * 0.36 + 70, top - 24 - 62 * 4 - 120
    wide = 0.9 * high
    drawn.append(
        _shape(
            PEN,
            (left + 0.52 * wide, foot + high),
            (left + wide, foot + high),
            (left + 0.48 * wide, foot),
            (left, foot),
        )
    )
    sizes = (50, 42, 34, 27, 21, 16)
    size = next(
        (
            size
            for size in sizes
            if len(_lines(title, size)) * size * 1.15 <= 230
            and max(_width(line, size) for line in _lines(title, size)) <= room
        ),
        sizes[-1],
    )
    lines = _lines(title, size)
    words = [
        _line(line, b"B", size, MARGIN, MARGIN + size * 1.15 * place)
        for place, line in zip(reversed(range(len(lines))), lines, strict=True)
    ]
    return [(None, b"\n".join(drawn)), (0, b"\n".join(words))]


def _body(paragraphs):
    pages, y = [], 0
    for element, paragraph in enumerate(paragraphs, 1):
        for line in _lines(paragraph, BODY):
            if y < MARGIN + LEADING * 2:
                number = str(len(pages) + 2)
                pages.append([(None, _bar(INK, MARGIN, HEIGHT - MARGIN, WIDTH - 2 * MARGIN, 5))])
                pages[-1].append((None, _line(number, b"R", BODY, WIDTH - MARGIN - _width(number, BODY), MARGIN / 2)))
                y = HEIGHT - MARGIN - 2 * LEADING
            drawing = _line(line, b"R", BODY, MARGIN, y)
            if pages[-1][-1][0] == element:
                drawing = pages[-1].pop()[1] + b"\n" + drawing
            pages[-1].append((element, drawing))
            y -= LEADING
        y -= GAP
    return pages


# --- The file --------------------------------------------------------------------------------------------------


def _text_string(text):
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().upper().encode()


def _file(title, language, pages):
    first_page = 8
    first_element = first_page + 2 * len(pages)
    kids = {}  # of each structure element: which marked contents of which pages it has
    parents = []  # of each page: the structure elements of its marked contents, in order
    bodies = []
    for number, parts in enumerate(pages):
        page, elements, content = first_page + 2 * number, [], []
        for element, drawing in parts:
            if element is None:
                content.append(b"/Artifact BMC\n%s\nEMC" % drawing)
                continue
            mark = len(elements)
            elements.append(first_element + element)
            kids.setdefault(element, []).append(b"<< /Type /MCR /Pg %d 0 R /MCID %d >>" % (page, mark))
            content.append(b"/%s << /MCID %d >> BDC\n%s\nEMC" % (b"P" if element else b"H1", mark, drawing))
        parents.append(b"%d [%s]" % (number, b" ".join(b"%d 0 R" % element for element in elements)))
        content = b"\n".join(content)
        bodies += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /StructParents %d /Tabs /S /Contents %d 0 R "
            b"/Resources << /Font << /R 4 0 R /B 5 0 R >> >> >>" % (WIDTH, HEIGHT, number, page + 1),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    references = b" ".join(b"%d 0 R" % (first_element + element) for element in sorted(kids))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang %s /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R "
        b"/ViewerPreferences << /DisplayDocTitle true >> >>" % _text_string(language),
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (first_page + 2 * number) for number in range(len(pages)))),
        b"<< /Title %s /Author %s >>" % (_text_string(title), _text_string("CIRÉ")),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
        b"<< /Type /StructTreeRoot /K 7 0 R /ParentTree << /Nums [%s] >> >>" % b" ".join(parents),
        b"<< /Type /StructElem /S /Document /P 6 0 R /K [%s] >>" % references,
        *bodies,
        *(
            b"<< /Type /StructElem /S /%s /P 7 0 R /K [%s] >>" % (b"P" if element else b"H1", b" ".join(kids[element]))
            for element in sorted(kids)
        ),
    ]
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(out))
    )
