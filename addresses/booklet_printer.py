"""Prints the booklet: a program of its own, so that all the memory it takes goes back when it ends.

It reads JSON from its standard input and writes the PDF to its standard output. It knows nothing of Django or the
database, and fetches nothing: whatever a text names, only pictures written into the page itself are drawn.

    {"css", "before": HTML, "blocks": [HTML, …]}

After `before`, the blocks fill two columns a page, one after the other; a block that fits into a column is not divided.
They are measured first and set by us: WeasyPrint's own balanced columns need minutes for what takes seconds here.
"""

import json
import sys
from itertools import accumulate, pairwise

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

#: What a column has room for, in px: A4 without the margins that booklet.css leaves.
ROOM = (297 - 24 - 20) * 96 / 25.4
#: A page for all blocks of a booklet below one another.
ENDLESS = "@page { size: 200mm 10000000mm }"
FETCHER = URLFetcher(allowed_protocols={"data"})


def main():
    job = json.load(sys.stdin)
    document = HTML(string=job["before"] + sheets(job), url_fetcher=FETCHER)
    document.write_pdf(sys.stdout.buffer, stylesheets=[style(job["css"])], pdf_variant="pdf/ua-1")


def style(css):
    return CSS(string=css, url_fetcher=FETCHER)


def sheets(job):
    """Return the blocks as HTML, each page a `sheet` of two columns."""
    columns = fill(heights(job), ROOM)
    texts = ["".join(job["blocks"][start:end]) for start, end in columns]
    pairs = [texts[start : start + 2] for start in range(0, len(texts), 2)]
    return "".join(f'<div class="sheet">{"".join(map(in_column, pair))}</div>' for pair in pairs)


def in_column(text):
    return f'<div class="column">{text}</div>'


def heights(job):
    """Return the height of each block (px) in a column."""
    blocks = job["blocks"]
    marked = "".join(f'<div id="block-{number}">{block}</div>' for number, block in enumerate(blocks))
    whole = f'<div class="column">{marked}<div id="block-{len(blocks)}">.</div></div>'
    (page,) = HTML(string=whole, url_fetcher=FETCHER).render(stylesheets=[style(job["css"] + ENDLESS)]).pages
    tops = [page.anchors[f"block-{number}"][1] for number in range(len(blocks) + 1)]
    return [below - top for top, below in pairwise(tops)]


def fill(heights, room):
    """Return columns as [(first block, the one after its last)]: filled to `room`, the last two made alike."""
    columns, start, used = [], 0, 0
    for number, height in enumerate(heights):
        if number > start and used + height > room:
            columns.append((start, number))
            start, used = number, 0
        used += height
    columns.append((start, len(heights)))
    if len(columns) % 2:
        # The last page has one column only: as much of it as makes the two alike goes into a second one.
        start, end = columns.pop()
        sums = [0, *accumulate(heights[start:end])]
        middle = min(range(1, len(sums)), key=lambda number: max(sums[number], sums[-1] - sums[number]))
        columns += [(start, start + middle), (start + middle, end)]
    return columns


if __name__ == "__main__":
    main()
