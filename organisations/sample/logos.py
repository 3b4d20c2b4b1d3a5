"""Draws a plain logo from a name, for the sample content."""

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 480, 240, 28
PAPER, INK, PEN = "#f3f1e9", "#16181d", "#1d34c6"


def draw_logo(word):
    """Return a PNG file with `word` in ink below a blue stroke."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.polygon(
        [(MARGIN + 22, MARGIN), (MARGIN + 50, MARGIN), (MARGIN + 28, MARGIN + 44), (MARGIN, MARGIN + 44)], fill=PEN
    )
    lines = _lines(word)
    size = 96
    while size > 14:
        font = ImageFont.load_default(size)
        if (
            max(draw.textlength(line, font=font) for line in lines) <= WIDTH - 2 * MARGIN
            and size * 1.15 * len(lines) <= 130
        ):
            break
        size -= 2
    for number, line in enumerate(lines):
        draw.text((MARGIN, MARGIN + 56 + number * size * 1.15), line, fill=INK, font=font)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return ContentFile(buffer.getvalue(), name="logo.png")


def _lines(word):
    words, lines = word.split(), [""]
    for part in words:
        if lines[-1] and len(lines[-1]) + len(part) > 16:
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    return lines
