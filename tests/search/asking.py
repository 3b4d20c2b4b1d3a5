"""Asks the search as a reader does, and reads what it answers."""

from urllib.parse import urlencode

from tests.pages import Page, address, words


def ask(client, text, language="fr", status=200, **others):
    """Return the page of results for a question."""
    query = urlencode({"q": text, **others})
    return Page(client.get(f"{address('search', language)}?{query}"), status)


def found(page, within=None):
    """Return the addresses of the texts found, best first."""
    entries = [
        item for item in page.elements("li", within=within if within is not None else page.main) if is_found(item)
    ]
    return [next(link.get("href") for link in item.iter("a")) for item in entries]


def is_found(item):
    return "found" in (item.get("class") or "").split()


def titles(page):
    """Return the names of the texts found, best first."""
    entries = [item for item in page.elements("li", within=page.main) if is_found(item)]
    return [words(next(item.iter("h3"))) for item in entries]


def marked(page):
    """Return the words that are marked."""
    return [words(mark) for mark in page.elements("mark")]


def meant(page):
    """Return what the page offers for a misspelling."""
    for line in page.elements("p", within=page.main):
        if "asked__meant" in (line.get("class") or ""):
            return [words(link) for link in line.iter("a")]
    return []
