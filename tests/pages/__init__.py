"""Reads a page as a reader does: its words, links, languages and choices, whatever its mark-up.

For the tests of all rooms; beside it stand those of the room of this name, the free pages.
"""

import json

import html5lib
from django.urls import reverse
from django.utils.translation import override

LANGUAGES = ("fr", "nl")
SVG = "{http://www.w3.org/2000/svg}"
HTML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FIXED_PAGES = (
    *("home", "networks_and_groups", "networks:list", "groups:list", "organisations:list", "themes:list"),
    *("publications:list", "recommendations", "campaigns", "addresses:list", "addresses:paper"),
    *("glossary:list", "glossary:table", "search", "open_data"),
)
UNSEEN = {"script", "style", "head", "template"}


def address(name, language, **kwargs):
    """Return the address of a page in a language."""
    with override(language):
        return reverse(name, kwargs=kwargs)


def every_address(*objects):
    """Return the address of every public page in both languages; `objects`: those whose pages are meant."""
    fixed = [address(name, language) for language in LANGUAGES for name in FIXED_PAGES]
    return fixed + [obj.get_absolute_url(language) for language in LANGUAGES for obj in objects]


def words(element):
    """Return the text below an element as it is read: white space in one, nothing of scripts."""
    parts = []

    def walk(node):
        if node.tag in UNSEEN or not isinstance(node.tag, str):
            return
        parts.append(node.text or "")
        for child in node:
            walk(child)
            # A block ends a word; inline marks do so too rarely to matter.
            parts.append(f" {child.tail or ''}")

    walk(element)
    return " ".join("".join(parts).split())


class Page:
    """A response as its reader sees it."""

    def __init__(self, response, status=200):
        assert response.status_code == status, f"{response.status_code} {response.headers.get('Location', '')}"
        self.html = response.content.decode()
        self.tree = html5lib.parse(self.html, namespaceHTMLElements=False)
        self.main = next(self.tree.iter("main"))
        self.text = words(self.main)
        self.title = words_of_title(self.tree)
        self.lang = self.tree.get("lang")

    def elements(self, *tags, within=None, **attributes):
        tags = {name for tag in tags for name in (tag, SVG + tag)}
        for element in (within if within is not None else self.tree).iter():
            if (not tags or element.tag in tags) and all(element.get(k) == v for k, v in attributes.items()):
                yield element

    def links(self, within=None):
        """Return [(href, text)] of the main part."""
        within = within if within is not None else self.main
        return [(link.get("href"), words(link)) for link in self.elements("a", within=within) if link.get("href")]

    def hrefs(self):
        """The addresses that the main part links to, without anchors."""
        return {href.partition("#")[0] for href, _text in self.links()}

    def entries(self):
        """The names of the entries of a list, in order."""
        lists = [item for item in self.elements("li", within=self.main) if "entry" in (item.get("class") or "").split()]
        return [next(words(heading) for heading in item.iter("h3")) for item in lists]

    def link_rel(self, rel):
        return [link for link in self.tree.iter("link") if link.get("rel") == rel]

    @property
    def canonical(self):
        (link,) = self.link_rel("canonical")
        return link.get("href")

    @property
    def alternates(self):
        """{hreflang: address}"""
        return {link.get("hreflang"): link.get("href") for link in self.link_rel("alternate") if link.get("hreflang")}

    @property
    def description(self):
        return next((meta.get("content") for meta in self.tree.iter("meta") if meta.get("name") == "description"), "")

    @property
    def json_ld(self):
        """The page's structured data as Python; None where there is none."""
        found = [script for script in self.tree.iter("script") if script.get("type") == "application/ld+json"]
        return json.loads(found[0].text) if found else None

    def language_of(self, text):
        """Return the language in which the innermost element whose words hold `text` is marked."""
        found = []

        def walk(node, language):
            if not isinstance(node.tag, str) or node.tag in UNSEEN:
                return
            language = node.get("lang") or node.get(HTML_LANG) or language
            if text in words(node):
                found.append(language)
                for child in node:
                    walk(child, language)

        walk(self.main, self.lang)
        assert found, f"{text!r} is not on the page: {self.text[:500]}"
        return found[-1]

    def choices(self, name):
        """{value: the words beside it} of what a filter offers."""
        boxes = {
            box.get("value"): words(label)
            for label in self.elements("label")
            for box in label.iter("input")
            if box.get("name") == name
        }
        options = {
            option.get("value"): words(option)
            for select in self.elements("select", name=name)
            for option in select.iter("option")
            if option.get("value")
        }
        return boxes | options

    def chosen(self, name):
        """The values of a filter that are ticked or selected."""
        boxes = [box.get("value") for box in self.elements("input", name=name) if box.get("checked") is not None]
        options = [
            option.get("value")
            for select in self.elements("select", name=name)
            for option in select.iter("option")
            if option.get("selected") is not None
        ]
        return boxes + options


def words_of_title(tree):
    return " ".join((next(tree.iter("title")).text or "").split())


def faults(html):
    """Return what is wrong with a page by the HTML standard, as html5lib finds it; ids used twice as well."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    found = [f"line {line}: {html5lib.constants.E[code] % data}" for (line, _column), code, data in parser.errors]
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    found += [f"id {name} is used twice" for name in sorted(set(ids)) if ids.count(name) > 1]
    for element in tree.iter():
        for attribute in ("aria-labelledby", "aria-describedby", "for"):
            found += [
                f"{attribute}={name} leads nowhere"
                for name in (element.get(attribute) or "").split()
                if name not in ids
            ]
        href = element.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            found.append(f"{href} leads nowhere")
    return found
