"""PDFs: what may be uploaded, and what the site takes from one: its pages, its text, its first page as a picture.

PDFium opens a file in a child process only (publications/pdf_reader.py), within limits of time and memory: whatever
the file does to its reader, the site goes on.
"""

import contextlib
import json
import logging
import os
import re
import selectors
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from publications.pdf_reader import OUT_OF_MEMORY

logger = logging.getLogger(__name__)

# Where the child ends. Measured: an A3 page scanned in colour (300 dots an inch) needs 130 MB and one second, 300 pages
# full of text 60 MB and half a second.
MEMORY = 512 * 1024 * 1024  # of address space
CPU_SECONDS = 10
SECONDS = 15  # by the clock: no request waits longer than this
TEXT_SECONDS = 4  # then the text read so far has to do
COVER_SIZE = (1200, 2400)  # pixels, at most

READER = Path(__file__).resolve().with_name("pdf_reader.py")
PIECE = 64 * 1024  # what is handed over at once; a pipe holds as much
HEAD_BYTES = 4096  # what the child's line of JSON may have, at most
PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
# Unpaired surrogates and NUL cannot be stored; PDFium marks a word divided at the end of a line with U+FFFE or U+0002.
DIVIDED = re.compile("[\x02\ufffe]\n?")
CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\uffff]")


@dataclass(frozen=True)
class PdfFacts:
    """A PDF that we take: its pages, and its size in bytes."""

    pages: int
    size: int


@dataclass(frozen=True)
class PdfContents(PdfFacts):
    """What a PDF holds: its text, complete or not, and its first page as PNG with width and height in pixels."""

    text: str
    text_complete: bool
    cover_png: bytes
    cover_width: int
    cover_height: int


def check_pdf(file):
    """Return the `PdfFacts` of an uploaded file; ValidationError with the reason where it is none we take.

    The child reads the whole file as for `read_pdf`: what is taken here can be read later.
    """
    answer, size, _rest = _read(file, contents=False)
    return PdfFacts(pages=answer["pages"], size=size)


def read_pdf(source):
    """Return the `PdfContents` of a PDF, given as path or file; ValidationError as `check_pdf`."""
    answer, size, rest = _read(source, contents=True)
    text, cover = rest[: answer["text"]], rest[answer["text"] :]
    width, height = struct.unpack(">II", cover[len(PNG_START) :][:8])
    return PdfContents(
        pages=answer["pages"],
        size=size,
        text=_clean(text.decode("utf-8", "replace"))[: settings.PDF_MAX_TEXT],
        text_complete=answer["text_complete"],
        cover_png=cover,
        cover_width=width,
        cover_height=height,
    )


def _clean(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", DIVIDED.sub("", text))


# --- The refusals ----------------------------------------------------------------------------------------------


class _Unread(Exception):
    """The child did its work in no way that says anything about the file."""


def _too_large(size):
    return ValidationError(
        _("This file has %(size)s. A PDF may have at most %(limit)s."),
        code="too_large",
        params={"size": filesizeformat(size), "limit": filesizeformat(settings.PDF_MAX_BYTES)},
    )


def _not_pdf():
    return ValidationError(_("This file is not a PDF, whatever its name says. Send a PDF file."), code="not_pdf")


def _too_heavy():
    return ValidationError(
        _(
            "This PDF takes too long to read, or too much memory. Export it again in a smaller size, "
            "for example “for the web”, and send that file."
        ),
        code="too_heavy",
    )


def _unread():
    return ValidationError(
        _(
            "This PDF could not be read just now, and that is our fault. Try again in a few minutes; "
            "if it happens again, tell the person who looks after the site."
        ),
        code="unread",
    )


def _refusal(answer):
    """Return the ValidationError for what the child refused."""
    reason = str(answer["refused"])
    if reason == "too_many_pages" and type(answer.get("pages")) is int:
        return ValidationError(
            _("This PDF has %(pages)d pages. At most %(limit)d are possible: divide it into several files."),
            code=reason,
            params={"pages": answer["pages"], "limit": settings.PDF_MAX_PAGES},
        )
    sentences = {
        "encrypted": _(
            "This PDF is protected, with a password or against copying: not everybody could read it. "
            "Save it without protection and send that file."
        ),
        "broken": _(
            "This PDF is damaged: a part of it is missing or cannot be read. Open it in the program that made it, "
            "export it as a PDF again, and send that file."
        ),
        "active": _(
            "This PDF holds a script, plays a film or starts a program. Export it without interactive parts "
            "and send that file."
        ),
    }
    if reason not in sentences:
        raise _Unread(f"an unknown reason: {answer}")
    return ValidationError(sentences[reason], code=reason)


# --- The child -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(source):
    """Yield a Django file for a path or a file; a file that was open stays open, at its beginning."""
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as stream:
            yield File(stream)
        return
    file = source if isinstance(source, File) else File(source)
    was_closed = file.closed
    file.open("rb")
    try:
        yield file
    finally:
        if was_closed:
            file.close()
        else:
            file.seek(0)


def _read(source, contents):
    """Return what the child says of a file, the file's size, and the bytes of text and picture."""
    with _opened(source) as file:
        size = file.size
        if size > settings.PDF_MAX_BYTES:
            raise _too_large(size)
        # PDFium would search the first kilobyte: a web page or a zip with a PDF inside passes there.
        if not file.read(1024).lstrip().startswith(b"%PDF-"):
            raise _not_pdf()
        file.seek(0)
        try:
            answer, rest = _parts(*_ask_child(file, contents), contents)
            if "refused" in answer:
                raise _refusal(answer)
        except _Unread as fault:
            logger.error("A PDF could not be read: %s", fault)
            raise _unread() from fault
    return answer, size, rest


def _pieces(file):
    """Yield the file piece by piece; what has grown since it was measured is too large."""
    sent = 0
    while piece := file.read(PIECE):
        sent += len(piece)
        if sent > settings.PDF_MAX_BYTES:
            raise _too_large(sent)
        yield piece


def _ask_child(file, contents):
    """Return what the child answers, whole, and its exit code. However this ends, the child is gone then."""
    limits = {
        "memory": MEMORY,
        "cpu_seconds": CPU_SECONDS,
        "seconds": SECONDS,
        "text_seconds": TEXT_SECONDS,
        "pages": settings.PDF_MAX_PAGES,
        "text": settings.PDF_MAX_TEXT,
        "cover": COVER_SIZE,
        "contents": contents,
    }
    # A character has at most 4 bytes of UTF-8, a pixel 3 bytes; a PNG that was packed for nothing a little more.
    most = HEAD_BYTES + contents * (4 * settings.PDF_MAX_TEXT + 4 * COVER_SIZE[0] * COVER_SIZE[1])
    deadline = time.monotonic() + SECONDS
    try:
        # Isolated (-I), without our variables (SECRET_KEY, DATABASE_URL), and in a process group of its own.
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(READER), json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={},
            start_new_session=True,
        )
    except OSError as error:
        raise _Unread(f"no child: {error!r}") from error
    try:
        answer = _exchange(process, _pieces(file), deadline, most)
        return answer, process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _too_heavy() from None
    finally:
        # The whole group, and before `wait`: until then its number is nobody else's.
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdin.close()
        process.stdout.close()


def _exchange(process, pieces, deadline, most):
    """Hand over the file while taking the answer, so that neither side waits for the other; TimeoutExpired."""
    answer, pending = bytearray(), b""
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        while (left := deadline - time.monotonic()) > 0:
            for key, _events in selector.select(left):
                if key.fileobj is process.stdout:
                    piece = process.stdout.read(PIECE)
                    if not piece:
                        return bytes(answer)
                    answer += piece
                    if len(answer) > most:
                        raise _Unread(f"more than {most} bytes of answer")
                    continue
                pending = pending or next(pieces, b"")
                try:
                    pending = pending[process.stdin.write(pending) or 0 :] if pending else None
                except BrokenPipeError:  # it has ended; its answer or its exit code says why
                    pending = None
                if pending is None:
                    selector.unregister(process.stdin)
                    process.stdin.close()
    raise subprocess.TimeoutExpired(process.args, SECONDS)


def _parts(data, code, contents):
    """Return the child's facts, and the bytes after them. Nothing in it is believed for coming from our own code."""
    # Killed at a limit, by the system for want of memory, or by its own fault over a file made for that.
    if code < 0 or code == OUT_OF_MEMORY:
        raise _too_heavy()
    head, _newline, rest = data.partition(b"\n")
    try:
        answer = json.loads(head[:HEAD_BYTES])
    except (ValueError, RecursionError) as error:
        raise _Unread(f"no answer, exit code {code}") from error
    if not isinstance(answer, dict) or "failed" in answer:
        raise _Unread(f"exit code {code}, {answer}")
    if "refused" not in answer and not _is_sound(answer, rest, contents):
        raise _Unread("an answer that does not hold together")
    return answer, rest


def _is_sound(answer, rest, contents):
    if not (type(answer.get("pages")) is int and 0 < answer["pages"] <= settings.PDF_MAX_PAGES):
        return False
    if not contents:
        return not rest
    if not (type(answer.get("text")) is int and 0 <= answer["text"] <= len(rest)):
        return False
    cover = rest[answer["text"] :]
    width, height = struct.unpack(">II", cover[len(PNG_START) :][:8].rjust(8, b"\0"))
    return (
        type(answer.get("text_complete")) is bool
        and cover.startswith(PNG_START)
        and 0 < width <= COVER_SIZE[0]
        and 0 < height <= COVER_SIZE[1]
    )
