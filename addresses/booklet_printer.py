"""Prints the booklet: a program of its own, so that all the memory it takes goes back when it ends.

It reads JSON from its standard input and writes the PDF to its standard output. It knows nothing of Django or the
database, and fetches nothing: whatever a text names, only pictures written into the page itself are drawn.

    {"css", "before": HTML, "blocks": [{"html", "rest", "continued"}, …]}

After `before`, the blocks fill two columns a page, one after the other. Where only its `html` fits into what is left of
a column, the `rest` of a block stands in the next one, below `continued`; both may be missing.
They are measured first and set by us: WeasyPrint's own balanced columns need minutes for what takes seconds here.
"""

import json
import sys
from itertools import accumulate, pairwise
from typing import NamedTuple

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

MM = 96 / 25.4  # px
#: What a column has room for: A4 without the margins that booklet.css leaves.
ROOM = (297 - 24 - 20) * MM
#: A rest that is not as high does not stand in a column of its own.
LEAST_REST = 15 * MM
#: A page for all blocks of a booklet below one another.
ENDLESS = "@page { size: 200mm 10000000mm }"
FETCHER = URLFetcher(allowed_protocols={"data"})


class Piece(NamedTuple):
    html: str
    height: float


def main():
    job = json.load(sys.stdin)
    document = HTML(string=job["before"] + sheets(job), url_fetcher=FETCHER)
    document.write_pdf(sys.stdout.buffer, stylesheets=[style(job["css"])], pdf_variant="pdf/ua-1")


def style(css):
    return CSS(string=css, url_fetcher=FETCHER)


def sheets(job):
    """Return the blocks as HTML, each page a `sheet` of two columns."""
    columns = even_out(fill(pieces(job)))
    texts = ["".join(piece.html for piece in column) for column in columns]
    pairs = [texts[start : start + 2] for start in range(0, len(texts), 2)]
    return "".join(f'<div class="sheet">{"".join(map(in_column, pair))}</div>' for pair in pairs)


def in_column(text):
    return f'<div class="column">{text}</div>'


def pieces(job):
    """Return each block as its Pieces [html, rest, continued], with their heights."""
    texts = [[block.get(name, "") for name in ("html", "rest", "continued")] for block in job["blocks"]]
    flat = [text for block in texts for text in block]
    marked = "".join(f'<div id="piece-{number}">{text}</div>' for number, text in enumerate([*flat, "."]))
    whole = HTML(string=f'<div class="column">{marked}</div>', url_fetcher=FETCHER)
    (page,) = whole.render(stylesheets=[style(job["css"] + ENDLESS)]).pages
    tops = [page.anchors[f"piece-{number}"][1] for number in range(len(flat) + 1)]
    measured = [Piece(text, below - top) for text, (top, below) in zip(flat, pairwise(tops), strict=True)]
    return [measured[start : start + 3] for start in range(0, len(measured), 3)]


def fill(blocks):
    """Return columns, lists of Pieces, with as much in each as it has room for."""
    columns, left = [[]], ROOM
    for first, rest, continued in blocks:
        whole = first.height + rest.height
        is_divisible = rest.height >= LEAST_REST
        if columns[-1] and left < (first.height if is_divisible else whole):
            columns.append([])
            left = ROOM
        if whole <= left or not is_divisible:
            columns[-1] += [first, rest]
            left -= whole
        else:
            columns[-1].append(first)
            columns.append([continued, rest])
            left = ROOM - continued.height - rest.height
    return columns


def even_out(columns):
    """Return columns of which the last page has two that are alike, where it had one."""
    if len(columns) % 2 == 0:
        return columns
    *others, last = columns
    sums = [0, *accumulate(piece.height for piece in last)]
    # After a `rest`, or what has none: at every second piece.
    middle = min(range(2, len(sums), 2), key=lambda number: max(sums[number], sums[-1] - sums[number]))
    return [*others, last[:middle], last[middle:]]


if __name__ == "__main__":
    main()
