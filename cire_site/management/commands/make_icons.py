"""Draws the icons of the site from its logo; their files are committed, and made anew only when the logo changes."""

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image, ImageDraw

#: As in static/css/tokens.css.
PAPER, INK, ACCENT = "#f3f1e9", "#16181d", "#1d34c6"
#: The É of static/icons/favicon.svg, on a field of 32 by 32: its strokes, then its accent.
FIELD = 32
STROKES = ((8, 11, 25.5, 16), (8, 11, 13, 32), (8, 27, 25.5, 32), (10.5, 19, 23.5, 24))
PEN = ((17.5, 0), (24.5, 0), (19.9, 9.9), (12.9, 9.9))
#: Drawn larger and made smaller: edges come out smooth.
OVERSIZE = 4
#: Files, by size in pixels and how much of the side the letter takes; a phone may cut a maskable one to a circle.
ICONS = {
    "icons/icon-192.png": (192, 0.7),
    "icons/icon-512.png": (512, 0.7),
    "icons/icon-maskable-512.png": (512, 0.5),
    "root/apple-touch-icon.png": (180, 0.66),
}
FAVICON, FAVICON_SIZES = "root/favicon.ico", (16, 32, 48)


def draw_icon(side, part):
    """Return a square picture of `side` pixels whose letter takes `part` of the side."""
    full = side * OVERSIZE
    image = Image.new("RGB", (full, full), PAPER)
    draw = ImageDraw.Draw(image)
    scale, margin = full * part / FIELD, full * (1 - part) / 2

    def place(*numbers):
        return [number * scale + margin for number in numbers]

    for left, top, right, bottom in STROKES:
        draw.rectangle(place(left, top, right, bottom), fill=INK)
    draw.polygon([tuple(place(x, y)) for x, y in PEN], fill=ACCENT)
    return image.resize((side, side), Image.Resampling.LANCZOS)


class Command(BaseCommand):
    help = "Draws the icons of the site from its logo."

    def handle(self, *args, **options):
        folder = settings.BASE_DIR / "static"
        for name, (side, part) in ICONS.items():
            # Few colours: the files stay small.
            draw_icon(side, part).quantize(32).save(folder / name, optimize=True)
        draw_icon(max(FAVICON_SIZES), 0.92).save(folder / FAVICON, sizes=[(side, side) for side in FAVICON_SIZES])
        self.stdout.write(f"{len(ICONS) + 1} icons")
