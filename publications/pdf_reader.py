"""The child that opens a PDF for the site: the file comes in on stdin, what it holds goes out on stdout.

Run as a script by publications/pdf.py: a hostile file takes down this process only.
The answer is one line of JSON, then as many bytes of text (UTF-8) and of picture (PNG) as that line says.
"""

import codecs
import io
import json
import os
import re
import resource
import signal
import sys
import time

#: Exit code: memory ran out, and there is none left to say so in JSON.
OUT_OF_MEMORY = 3

# What a reader's program would run, play or start: values of /S in the dictionaries of actions.
ACTIVE = re.compile(rb"/S\s*/(?:JavaScript|Launch|Rendition)\b")
XFA_FORMS = (2, 3)


class Refused(Exception):
    """The file is none that we take; the reason is a code of publications/pdf.py."""

    def __init__(self, reason, **details):
        super().__init__(reason)
        self.answer = {"refused": reason, **details}


def bound(limits):
    """Take away from this process, for good, what reading one file does not need."""
    rules = [
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        # No further process; root is not held by this one.
        (resource.RLIMIT_NPROC, 0),
    ]
    for what, limit in rules:
        try:
            resource.setrlimit(what, (limit, limit))
        except (ValueError, OSError):
            # macOS knows no limit of address space. Where the site is served, a limit that fails is an error.
            if sys.platform == "linux":
                raise
    # Should the parent be gone, nobody else would end this process while it waits.
    signal.alarm(limits["seconds"] + 1)


def close_the_doors(pictures):
    """Load what is loaded late, then forbid to open any further file or connection.

    So PDFium sees no font of this machine either: a cover looks the same on all of them.
    """
    codecs.lookup("utf-16-le")
    pictures.new("RGB", (1, 1)).save(io.BytesIO(), "PNG")
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


class ActionFinder:
    """Takes a PDF in pieces, as `save` writes it, and notes whether it holds an action that is active."""

    def __init__(self):
        self.found = False
        self.rest = b""

    def write(self, piece):
        """Look through one piece, and the end of the one before."""
        self.rest += piece
        self.found = self.found or bool(ACTIVE.search(self.rest))
        self.rest = self.rest[-32:]
        return len(piece)


def open_document(data, pdfium, limits):
    """Return the document; Refused where it is none that we take."""
    raw = pdfium.raw
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        protected = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Refused("encrypted" if protected else "broken") from error
    # It opened without a password: what it forbids then is to copy or to print.
    if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise Refused("encrypted")
    # PDFium found the parts of the file by searching for them; other programs will show nothing, or something else.
    if not raw.FPDF_DocumentHasValidCrossReferenceTable(document):
        raise Refused("broken")
    pages = len(document)
    if pages < 1:
        raise Refused("broken")
    if pages > limits["pages"]:
        raise Refused("too_many_pages", pages=pages)
    for number in range(pages):
        document.get_page_size(number)  # the count is only a claim
    # No call of PDFium lists the actions of a catalogue, a page or a button. But it writes a document anew with every
    # dictionary in the clear, also those that were packed into a stream or had their names disguised (/J#61vaScript).
    finder = ActionFinder()
    document.save(finder)
    if finder.found or document.get_formtype() in XFA_FORMS:
        raise Refused("active")
    return document


def read_text(document, limits):
    """Return the text of the pages in order, and whether that is all of it."""
    parts, room = [], limits["text"]
    stop = time.monotonic() + limits["text_seconds"]
    for number in range(len(document)):
        if room <= 0 or time.monotonic() > stop:
            return "\n".join(parts), False
        page = document[number]
        words = page.get_textpage()
        characters = words.count_chars()
        if characters:
            parts.append(words.get_text_range(0, min(characters, room)))
        room -= characters
        words.close()
        page.close()
    return "\n".join(parts), room >= 0


def draw_cover(document, limits):
    """Return the first page as PNG, as large as fits the limits."""
    page = document[0]
    width, height = page.get_size()
    if not (0 < width < 1e12 and 0 < height < 1e12):  # neither endless nor "not a number"
        raise Refused("broken")
    most_wide, most_high = limits["cover"]
    scale = min(most_wide / width, most_high / height)
    bitmap = page.render(
        # PDFium rounds up: one pixel too many is a picture that the parent does not take.
        scale=scale * (1 - 1e-6),
        may_draw_forms=False,
        rev_byteorder=True,
    )
    buffer = io.BytesIO()
    bitmap.to_pil().convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def read(data, pdfium, limits):
    """Return the three parts of the answer: facts, text and picture."""
    document = open_document(data, pdfium, limits)
    text, complete = read_text(document, limits)
    cover = draw_cover(document, limits)
    return {"pages": len(document), "text_complete": complete}, text.encode("utf-8", "ignore"), cover


def main():
    """Answer for the file on stdin. A fault that is not the file's is answered as `failed`."""
    limits = json.loads(sys.argv[1])
    bound(limits)
    text = cover = b""
    try:
        import pypdfium2 as pdfium
        from PIL import Image

        close_the_doors(Image)
        try:
            answer, text, cover = read(sys.stdin.buffer.read(), pdfium, limits)
        except Refused as refused:
            answer = refused.answer
        except pdfium.PdfiumError:
            answer = {"refused": "broken"}
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:
        answer = {"failed": repr(error)[:500]}
    if not limits["contents"]:
        text = cover = b""
    answer |= {"text": len(text), "cover": len(cover)}
    for part in (json.dumps(answer).encode() + b"\n", text, cover):
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
    os._exit(0)  # closing a document that has strange parts is one more risk, for nothing


if __name__ == "__main__":
    main()
