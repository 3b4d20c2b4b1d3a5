"""Prints a page: a program of its own, so that all the memory it takes goes back when it ends.

It reads {"html", "css"} as JSON from its standard input and writes the PDF to its standard output. It knows nothing of
Django or the database, and fetches nothing.
"""

import json
import sys

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

FETCHER = URLFetcher(allowed_protocols={"data"})


def main():
    job = json.load(sys.stdin)
    document = HTML(string=job["html"], url_fetcher=FETCHER)
    style = CSS(string=job["css"], url_fetcher=FETCHER)
    document.write_pdf(sys.stdout.buffer, stylesheets=[style], pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    main()
