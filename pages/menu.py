"""The menu, the footer and the entries most asked for, as readers see them.

Nothing that is not public stands there, whatever staff arranged: a text that is withdrawn, or that the clock hides,
takes its entry along and brings it back.
"""

from dataclasses import dataclass, replace

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from content.kept_pages import kept_part, next_change
from content.languages import current_language
from content.views import ContentDetailView
from links.addresses import own_path
from links.objects import match_of
from links.targets import read, reference_for, rest_of
from pages import sections
from pages.models import MenuEntry, Page


@dataclass(frozen=True)
class Item:
    """An entry as readers see it; `pages` and `paths` are those that belong to it, besides its own."""

    text: str
    lang: str
    href: str
    note: str = ""
    note_lang: str = ""
    name: str = ""  # the URL name of a section
    pages: tuple = ()  # URL names
    paths: frozenset = frozenset()
    key: int = 0  # the primary key of the entry

    def marked(self, path, view_name):
        """Return what a template shows of it on the page at `path`: also whether that is here, or below."""
        current = path == self.href
        within = not current and (path in self.paths or view_name in (self.name, *self.pages))
        return {
            "text": self.text,
            "lang": self.lang,
            "href": self.href,
            "note": self.note,
            "note_lang": self.note_lang,
            "current": current,
            "within": within,
        }


def entries(place, request):
    """Return the entries of a place for this reader, as dicts (see Item.marked); kept until something changes."""
    kept = kept_part(f"menu:{current_language()}", request, make_items)
    match = request.resolver_match
    view_name = match.view_name if match else ""
    return [item.marked(request.path, view_name) for item in kept.get(place, [])]


def make_items():
    """Return {place: [Item]} in the reader's language, and the moment until which that is right (None: none)."""
    shown = list(MenuEntry.objects.filter(hidden=False))
    known_sections = sections.existing()
    known_pages = public_pages({entry.page_id for entry in shown if entry.page_id})
    made, models = {}, {Page}
    for entry in shown:
        if entry.page_id:
            item = known_pages.get(entry.page_id)
        elif entry.section:
            item = item_of_section(known_sections.get(entry.section))
        else:
            item, model = item_of_address(entry.address)
            models |= {model} - {None}
        if item and (item := in_words_of(entry, item)).text:
            made.setdefault(entry.place, []).append(item)
    return made, next_change(timezone.now(), models)


def public_pages(keys):
    """Return {primary key: Item} of those pages that are public."""
    if not keys:
        return {}
    children = Prefetch("children", queryset=Page.objects.public_unordered(), to_attr="public_children")
    pages = Page.objects.public_unordered().filter(pk__in=keys).prefetch_related(children)
    return {
        page.pk: item_of_content(page, frozenset(child.get_absolute_url() for child in page.public_children))
        for page in pages
    }


def item_of_content(obj, paths=frozenset()):
    """Return the Item that leads to something public."""
    return Item(obj.shown.heading, obj.shown.heading_lang, obj.get_absolute_url(), paths=paths)


def item_of_section(section):
    """Return the Item that leads to a section, None where there is none."""
    if section is None:
        return None
    return Item(section.text, current_language(), section.href, name=section.name, pages=section.pages)


def item_of_address(address):
    """Return the Item that an address leads to, None for nothing public, and the kind of content it leads to, if any.

    An address of this site leads to the same page in the reader's language, whatever its slug has become.
    """
    own = own_path(address)
    if own is None:
        return Item("", current_language(), address), None
    path, query, fragment = own
    if found := read(reference_for(address)):
        model, key, rest = found
        obj = model.objects.public_unordered().filter(key=key).first()
        item = item_of_content(obj) if obj else None
        return item and replace(item, href=item.href + rest), model
    match = match_of(path)
    if match is None or is_page_of_object(match):
        return None, None
    href = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    return Item("", current_language(), href + rest_of(query, fragment)), None


def is_page_of_object(match):
    """Whether what was resolved is the page of one object, and so there only with that object."""
    return issubclass(getattr(match.func, "view_class", View), ContentDetailView)


def in_words_of(entry, item):
    """Return an Item with the words that staff gave its entry, in the reader's language if they exist in it."""
    language = current_language()
    label, label_lang = entry.label.shown_in(language)
    note, note_lang = entry.note.shown_in(language)
    words = {"text": label, "lang": label_lang} if label else {}
    return replace(item, **words, note=note, note_lang=note_lang, key=entry.pk)
