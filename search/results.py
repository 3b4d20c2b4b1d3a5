"""What stands on the page of results: each text found with its address, an excerpt and what to know of it."""

from dataclasses import dataclass

from django.apps import apps
from django.urls import get_script_prefix
from django.utils.text import capfirst

from content.languages import current_language, language_name
from content.models import address
from content.querysets import is_public
from publications.models import Publication
from search.excerpts import Marker
from search.models import IndexEntry
from search.sources import file_texts


@dataclass
class FileBudget:
    """How much of files one page may still read for excerpts: a file may be as long as a book."""

    results: int = 5
    characters: int = 500_000

    def take(self, texts):
        """Return as much of some texts as may still be read."""
        taken = []
        for text in texts:
            taken.append(text[: self.characters])
            self.characters -= len(taken[-1])
        return taken


@dataclass
class Result:
    """One text found, as its reader is shown it."""

    entry: IndexEntry
    href: str
    pieces: list
    in_file: bool = False
    #: The publication that it is the text of, where that no longer holds.
    passed: Publication | None = None

    @property
    def kind_text(self):
        return kind_name(self.entry.kind)

    @property
    def language_name(self):
        return language_name(self.entry.language)

    @property
    def is_foreign(self):
        """Whether the text is in another language than the reader's page."""
        return self.entry.language != current_language()


def kind_name(kind):
    """Return the name of a kind of content, as the title of a list of it."""
    return capfirst(apps.get_model(kind)._meta.verbose_name_plural)


def results_of(hits, question, budget):
    """Return the Results of some hits, in their order; `budget`: the FileBudget of the page."""
    if not hits:
        return []
    stored = IndexEntry.objects.defer("words", "file_words", "names", "summary", "text")
    entries = stored.in_bulk([hit.pk for hit in hits])
    # What was deleted since it was found is not there any more.
    entries = [entries[hit.pk] for hit in hits if hit.pk in entries]
    marker, also_here = Marker(question), in_own_language(entries)
    results = []
    for entry in entries:
        is_ours = entry.language == current_language() or (entry.kind, entry.object_id) not in also_here
        language = current_language() if is_ours else entry.language
        app_label = entry.kind.partition(".")[0]
        href = address(app_label, entry.slug, language, get_script_prefix())
        pieces = marker.excerpt(entry.summary_plain, entry.text_plain, entry.facts_plain)
        results.append(Result(entry, href, pieces))
    add_file_excerpts(results, marker, budget)
    add_validity(results)
    return results


def in_own_language(entries):
    """Return which objects, (kind, object_id) each, of texts in another language can be read in the reader's too."""
    foreign = [entry.object_id for entry in entries if entry.language != current_language()]
    if not foreign:
        return set()
    own = IndexEntry.objects.filter(is_public(), language=current_language(), object_id__in=foreign)
    return set(own.values_list("kind", "object_id"))


def add_file_excerpts(results, marker, budget):
    """Show of a text in which nothing is marked what its files say, where they do; of the first such texts only."""
    wanting = [result for result in results if result.entry.files_key and not any(p.is_marked for p in result.pieces)]
    wanting = wanting[: budget.results]
    budget.results -= len(wanting)
    for kind in {result.entry.kind for result in wanting}:
        mine = [result for result in wanting if result.entry.kind == kind]
        texts = file_texts(kind, [result.entry.object_id for result in mine])
        for result in mine:
            pieces = marker.excerpt(*budget.take(texts.get(result.entry.object_id, ())))
            if any(piece.is_marked for piece in pieces):
                result.pieces, result.in_file = pieces, True


def add_validity(results):
    """Say of publications that they no longer hold, as their own page does."""
    kind = Publication._meta.label_lower
    passed = [result for result in results if result.entry.kind == kind and result.entry.has_passed]
    past = {result.entry.object_id: result for result in passed}
    if past:
        for publication in Publication.objects.public_unordered().filter(pk__in=past).with_editions():
            if not publication.is_in_force:
                past[publication.pk].passed = publication
