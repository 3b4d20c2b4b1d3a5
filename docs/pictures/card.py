"""Draws static/icons/card.png, the picture that stands for our pages where their links are shared.

The wordmark of templates/components/logo.html on paper, above a thick rule. To draw it anew, with Pillow at hand:
`python docs/pictures/card.py`
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINER = 1200, 630, 4
PAPER, INK, PEN = "#f3f1e9", "#16181d", "#1d34c6"  # as in static/css/tokens.css
STROKE, UNIT = 10, 6.4  # of the letters, in units of the logo; pixels in such a unit
LEFT, TOP = 2.7, -6  # the corner of the logo that stands at ORIGIN
ORIGIN = (96, 64)


def main():
    image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), PAPER)
    draw = ImageDraw.Draw(image)

    def place(x, y):
        return (ORIGIN[0] + (x - LEFT) * UNIT) * FINER, (ORIGIN[1] + (y - TOP) * UNIT) * FINER

    def line(*points):
        draw.line([place(*point) for point in points], fill=INK, width=round(STROKE * UNIT * FINER))

    def arc(x, y, radius, start, end):
        outer = radius + STROKE / 2
        box = [place(x - outer, y - outer), place(x + outer, y + outer)]
        draw.arc(box, start, end, INK, round(STROKE * UNIT * FINER))

    angle = math.degrees(math.asin(9.6 / 15))
    arc(22.7, 41, 15, angle, 360 - angle)  # C
    line((47, 21), (47, 61))  # I
    line((65, 61), (65, 21))  # R
    line((60, 26), (75.5, 26))
    line((60, 42.6), (75.5, 42.6))
    arc(75.5, 34.3, 8.3, -90, 90)
    line((76, 42), (88.5, 61))
    line((121, 26), (103, 26))  # E
    line((98, 56), (121, 56))
    line((103, 21), (103, 61))
    line((103, 41), (119, 41))
    draw.polygon([place(114, -6), place(125, -6), place(115, 15.5), place(104, 15.5)], fill=PEN)
    draw.rectangle([96 * FINER, 560 * FINER, (WIDTH - 96) * FINER, 574 * FINER], fill=INK)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(32)
    small.save(Path(__file__).parents[2] / "static" / "icons" / "card.png", optimize=True)


if __name__ == "__main__":
    main()
