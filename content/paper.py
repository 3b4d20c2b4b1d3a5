"""Printing HTML as a PDF, where the machine can: WeasyPrint is an extra, and works in a program of its own."""

import json
import logging
import subprocess
import sys
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path

logger = logging.getLogger(__name__)

#: What WeasyPrint loads from the machine: Pango and what that stands on.
LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig")
PRINTER = Path(__file__).with_name("paper_printer.py")
SECONDS = 60  # after which printing is given up


class CannotPrint(Exception):
    """The PDF could not be made."""


@cache
def can_print():
    """Whether this machine can make PDFs: asked once a process, without loading anything."""
    return find_spec("weasyprint") is not None and all(map(find_library, LIBRARIES))


def print_pdf(html, css):
    """Return a page of HTML, styled by `css` alone, as the bytes of a tagged PDF."""
    return run_printer(PRINTER, {"html": html, "css": css}, SECONDS)


def run_printer(program, job, seconds):
    """Return the PDF that a program of ours writes; it reads `job` as JSON. CannotPrint where it fails.

    The log holds the kind of the failure, never a word of what was to be printed.
    """
    command = [sys.executable, "-I", "-B", str(program)]
    try:
        printed = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        logger.error("%s took longer than %s s", program.name, seconds)
        raise CannotPrint from None
    if printed.returncode or not printed.stdout.startswith(b"%PDF-"):
        last_line = printed.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        logger.error("%s failed: %s", program.name, last_line.partition(":")[0])
        raise CannotPrint
    return printed.stdout
