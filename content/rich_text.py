"""What an editor may write in a text, and the cleaning that holds it at every save."""

import re

import nh3
from django.conf import settings
from django.utils.module_loading import import_string

#: django-prose-editor's extensions: what the editor's toolbar offers.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel", "ref"]},
}

# The same in HTML. Written out and not derived from EXTENSIONS: what is safe must not follow a toolbar.
CLEANER = nh3.Cleaner(
    tags={"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "span"},
    clean_content_tags={"script", "style", "iframe", "object", "template", "svg", "math", "noscript"},
    attributes={"a": {"href", "hreflang"}, "span": {"lang"}, "p": {"lang"}, "blockquote": {"lang"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto", "tel", "ref"},
    link_rel=None,
    strip_comments=True,
)
EMPTY = {"", "<p></p>", "<p><br></p>"}
#: A link from a word to its note or back, as our pages have them: copied from one, it would lead nowhere.
LINK_TO_NOTE = re.compile(r'<a\b[^>]*\bhref="[^"]*#(?:note|word)-\d+-\d+"[^>]*>(.*?)</a>', re.DOTALL)


def clean(html):
    """Return `html` with only what a text may have: elements, attributes, link schemes; "" where it says nothing."""
    # A NUL byte is legal in SQLite and an error in PostgreSQL.
    cleaned = LINK_TO_NOTE.sub(r"\1", CLEANER.clean(html.replace("\x00", ""))).strip()
    return "" if cleaned in EMPTY else cleaned


def as_stored(html, language):
    """Return a text as it is stored: cleaned, its links to our own pages as references (settings.TEXT_LINKS)."""
    return _links("stored", clean(html), language)


def as_shown(html, language):
    """Return a stored text with the links that readers get."""
    return _links("shown", html, language)


def as_edited(html, language):
    """Return a stored text with links that staff can read."""
    return _links("edited", html, language)


def _links(form, html, language):
    return import_string(settings.TEXT_LINKS[form])(html, language)
