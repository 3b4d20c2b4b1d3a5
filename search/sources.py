"""What the search reads of each kind of content: its names, its summary, its text and its files."""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from addresses.models import Address, Category
from content.languages import fallback_chain
from content.saving import loaded_translations
from glossary.models import Term, WordKind
from publications.models import Publication

BLOCK = re.compile(r"</(?:p|h\d|li|blockquote)>|<br>")
TAG = re.compile(r"<[^>]*>")


@dataclass
class Document:
    """One text as the search reads it."""

    row: object
    publish_until: datetime | None
    names: list = field(default_factory=list)
    summary: str = ""
    #: What else is known of it in a few words: weighs as much as the summary.
    facts: list = field(default_factory=list)
    text: list = field(default_factory=list)
    #: [(what tells one state of a file from another, its text)]
    files: list = field(default_factory=list)
    has_passed: bool = False


def plain(markup):
    """Return the words of a text without its mark-up."""
    return " ".join(html.unescape(TAG.sub("", BLOCK.sub(" ", markup))).split())


def documents(obj):
    """Return {language: Document} of the texts of an object that are, were or will be public."""
    rows = [row for row in loaded_translations(obj) if row.publish_from]
    found = {row.language_code: document_of(row) for row in rows}
    for model, complete in COMPLETE.items():
        if isinstance(obj, model):
            complete(obj, found)
    return found


def document_of(row):
    """Return what every kind of content has: names, a summary, a text, and other columns that are translated."""
    known = {*row.name_columns, "summary", "text"}
    others = [getattr(row, name) for name in row.translated_columns if name not in known]
    return Document(
        row,
        row.publish_until,
        names=[getattr(row, name) for name in row.name_columns],
        summary=row.summary,
        text=[plain(row.text), *others],
    )


def complete_term(term, found):
    """A term is found by all words beside it, but for those that mean something else."""
    for word in term.all_words.model.objects.filter(term=term).exclude(kind=WordKind.OTHER_MEANING):
        if word.language in found:
            found[word.language].names.append(word.text)


def complete_publication(publication, found):
    """A publication is found by the titles of its editions and by what their files say.

    What a file says is found in its language; one in another language than all texts is found in each of them.
    """
    editions = list(publication.editions.model.objects.filter(publication=publication))
    for language, document in found.items():
        # Which successor readers can see changes with the clock; for an order that is near enough.
        document.has_passed = publication.no_longer_valid or publication.superseded_by_id is not None
        for edition in editions:
            document.facts += [edition.title, edition.label, edition.isbn]
            if edition.pdf_text and (language in edition.languages or not found.keys() & set(edition.languages)):
                document.files.append((f"{edition.pk}:{edition.pdf_read}", edition.pdf_text))


def complete_address(address, found):
    """An address is found by its needs and its place, until its last day there."""
    gone = None
    # Whoever has just set it, a program perhaps, may have written it as text.
    last_day = Address._meta.get_field("valid_until").to_python(address.valid_until)
    if last_day:
        gone = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time()))
    categories = list(Category.objects.filter(addresses=address))
    for language, document in found.items():
        # A municipality is looked for in either language; the reader's own is shown first.
        names = [address.commune.name_in(code) for code in fallback_chain(language)] if address.commune else []
        document.facts += [
            address.postcode,
            *dict.fromkeys(names),
            *(category.name.get(language, "") for category in categories),
        ]
        document.publish_until = min(filter(None, (document.publish_until, gone)), default=None)


COMPLETE = {Term: complete_term, Publication: complete_publication, Address: complete_address}


def file_texts(kind, object_ids):
    """Return {key of an object: the texts of its files} of some objects of a kind; one query, where it has files."""
    found = {}
    if kind == Publication._meta.label_lower:
        editions = Publication._meta.get_field("editions").related_model.objects.filter(publication__in=object_ids)
        for pk, text in editions.exclude(pdf_text="").order_by("pk").values_list("publication", "pdf_text"):
            found.setdefault(pk, []).append(text)
    return found
