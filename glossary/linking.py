"""Every text of the site explains the words of the glossary that stand in it; done when it is saved, never when read.

Two steps of settings.CONTENT_STEPS (`mark_words`, `note_mentions`), and a task that walks all texts after a term has
changed. What a text holds is kept with it: the marked HTML, and its notes in each language of the site, since a French
text may be read on a Dutch page.
"""

import datetime
import logging
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import override
from django_tasks import task

from content.due import passed_since
from content.kept_pages import note_change
from content.languages import CODES
from content.models import content_models
from content.saving import loaded_translations
from content.steps import shown_html
from glossary.marking import mark
from glossary.matching import Expression, Lexicon
from glossary.models import Linking, Mention, Term, Word, WordKind
from glossary.wording import may_be_same
from themes.models import Theme

logger = logging.getLogger(__name__)

BATCH = 100
#: A walk that was asked for so long ago and has not ended was killed: the next one begins.
STALE = datetime.timedelta(minutes=30)


def vocabulary_now():
    """Return the Vocabulary of now; the one of the last save while no term has changed since."""
    linking = Linking.objects.first()
    if linking is None:
        return Vocabulary()
    return _vocabulary_of(linking.pk, linking.asked_at, linking.started_at)


@lru_cache(maxsize=1)
def _vocabulary_of(*_moments):
    # Whatever changes a term asks for a walk, and so changes these.
    return Vocabulary()


class Vocabulary:
    """The terms that are public now, as what each language's texts are searched for; made once for many texts."""

    def __init__(self):
        terms = Term.objects.public_unordered().filter(is_linked=True).with_words()
        self.terms = {term.pk: term for term in terms}
        # Without terms there are no links, and no names are needed that are none.
        self.names = names() if self.terms else set()
        expressions = {code: self._expressions(code) for code in CODES}
        self.lexicons = {code: Lexicon(found, code) for code, found in expressions.items()}
        self._known = self.names.union(*({one.text for one in found} for found in expressions.values()))

    def _expressions(self, language):
        expressions = []
        for term in self.terms.values():
            row = next((row for row in term.public_translations if row.language_code == language), None)
            if row is None:
                continue
            expressions.append(Expression(without_brackets(row.title), term.pk))
            if row.abbreviation and row.abbreviation_is_linked:
                expressions.append(Expression(row.abbreviation, term.pk, exact=True))
            agreed = (without_brackets(row.title), row.abbreviation)
            for word in term.words_in(language):
                if word.kind == WordKind.SPELLING and any(may_be_same(word.text, one, language) for one in agreed):
                    continue  # "mena" beside MENA: no reason to link it nowhere
                # Only synonyms lead to the term; a word in which another one hides ("faux réfugié") hides it.
                expressions.append(Expression(word.text, term.pk if word.kind == WordKind.SYNONYM else None))
        return [*expressions, *(Expression(name, None, exact=True) for name in self.names)] if expressions else []

    def is_changed_by(self, row):
        """Whether the title of a text is a name that is not known yet and that words of the glossary stand in."""
        lexicon = self.lexicons.get(row.language_code)
        return lexicon is not None and row.title not in self._known and lexicon.holds(row.title)

    def mark(self, row, own_term=None):
        """Write the marked HTML and the notes of a text into its row; return the keys of the terms explained in it."""
        html = shown_html(row)
        row.text_html, row.notes, places = html, {}, {}
        if row.explain_words and row.language_code in self.lexicons:
            row.text_html, places = mark(html, self.lexicons[row.language_code], skip=[own_term])
        if places:
            row.notes = {code: self.notes(code, places) for code in CODES}
        return sorted({pk for targets in places for pk in targets})

    def notes(self, language, places):
        """Return the notes of a text as HTML, in the language of a page."""
        entries = [
            {
                "number": number,
                "terms": [self.terms[pk] for pk in targets],
                "places": [f"word-{number}-{place}" for place in range(1, times + 1)],
            }
            for number, (targets, times) in enumerate(places.items(), 1)
        ]
        with override(language):
            return render_to_string("components/notes.html", {"entries": entries})


def without_brackets(title):
    """Return a term without what stands in brackets behind it: "demande 9bis (humanitaire)"."""
    return title.partition(" (")[0]


def names():
    """Return the names that are never linked, from the functions of settings.NAMES."""
    return {name for path in settings.NAMES for name in import_string(path)()}


def titles_of_content():
    """Return the titles of everything that has a page, but themes, which are subjects: a function of settings.NAMES.

    And but those that are terms too: Fedasil is an organisation, and explained where it stands.
    """
    found = set()
    for model in content_models():
        if model not in (Term, Theme):
            found.update(rows_of(model).values_list("title", flat=True))
    terms = set(Word.objects.filter(kind=WordKind.SYNONYM).values_list("text", flat=True))
    for title, abbreviation in rows_of(Term).values_list("title", "abbreviation"):
        terms |= {without_brackets(title), abbreviation}
    return found - terms


def rows_of(model):
    """Return all texts of one kind of content."""
    return model._parler_meta.root_model.objects.all()


# --- One text, when it is saved ------------------------------------------------------------------------------------


def mark_words(obj):
    """Mark the words of the glossary in each text of what is being saved. A step of settings.CONTENT_STEPS."""
    if _later.get():
        obj.terms_explained, obj.changes_links = {}, False
        return
    obj.linked_as_of = last_asked_at()
    vocabulary, rows = vocabulary_now(), loaded_translations(obj)
    own_term = obj.pk if isinstance(obj, Term) else None
    obj.terms_explained = {row.language_code: vocabulary.mark(row, own_term) for row in rows}
    obj.changes_links = isinstance(obj, Term) or any(vocabulary.is_changed_by(row) for row in rows)


def note_mentions(obj):
    """Write down which terms the saved texts explain; after a term, or a name that holds one, all texts follow."""
    content_type = ContentType.objects.get_for_model(obj)
    write_mentions(content_type, {(obj.pk, language): terms for language, terms in obj.terms_explained.items()})
    if obj.changes_links:
        ask_for_linking()
    elif not _later.get():
        transaction.on_commit(partial(follow_change_since, obj.linked_as_of))


def follow_change_since(moment):
    """Ask for another walk where a term has changed since: the one that followed may not have seen this text yet."""
    if last_asked_at() != moment:
        ask_for_linking()


def last_asked_at():
    """Return when the last walk was asked for; None before the first."""
    return Linking.objects.values_list("asked_at", flat=True).first()


def write_mentions(content_type, explained):
    """Make the Mentions of some objects those of `explained`: {(object's key, language): [keys of terms]}."""
    wanted = {(pk, language, term) for (pk, language), terms in explained.items() for term in terms}
    stored = Mention.objects.filter(content_type=content_type, object_id__in={pk for pk, _language in explained})
    known = {(mention.object_id, mention.language, mention.term_id): mention.pk for mention in stored}
    if gone := known.keys() - wanted:
        Mention.objects.filter(pk__in=[known[place] for place in gone]).delete()
    Mention.objects.bulk_create(
        [
            Mention(content_type=content_type, object_id=object_id, language=language, term_id=term)
            for object_id, language, term in sorted(wanted - known.keys())
        ],
        ignore_conflicts=True,
    )


# --- All texts, after a term has changed ---------------------------------------------------------------------------


_later = ContextVar("linking_later", default=False)


@contextmanager
def linking_later():
    """Inside, what is saved is not searched for words and nobody is asked to: the caller calls `link_now()` at the end.

    For loading many terms at once, each of which would change what all the others are searched for.
    """
    before = _later.set(True)
    try:
        yield
    finally:
        _later.reset(before)


def link_now():
    """Link all texts anew here, not by the worker."""
    now = timezone.now()
    walk(Linking.objects.create(asked_at=now, started_at=now))


def ask_for_linking():
    """Have all texts linked anew by the worker, once for however many changes come before it begins."""
    if _later.get():
        return
    # The update locks: a walk that began before this change is committed would not see it.
    waiting = Linking.objects.filter(started_at__isnull=True)
    if not waiting.update(asked_at=timezone.now()):
        linking = Linking.objects.create(asked_at=timezone.now())
        transaction.on_commit(lambda: link_all_texts.enqueue(linking.pk))


@task()
def link_all_texts(linking_id):
    """Walk all texts, as far as nobody else does."""
    now = timezone.now()
    if Linking.objects.filter(pk=linking_id, started_at__isnull=True).update(started_at=now):
        walk(Linking.objects.get(pk=linking_id))


def walk(linking):
    """Link every text of the site anew, batch by batch, each in a transaction; write down how far it has come."""
    vocabulary = Vocabulary()
    models = content_models()
    linking.total = sum(rows_of(model).count() for model in models)
    linking.save()
    for model in models:
        last = 0
        # By objects, so that all texts of one are in the same batch.
        while keys := list(model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            last = keys[-1]
            done, changed = link_objects(model, keys, vocabulary)
            linking.done += done
            linking.changed += changed
            linking.save(update_fields=["done", "changed"])
        forget_deleted(model)
    linking.finished_at = timezone.now()
    linking.save()


def link_objects(model, keys, vocabulary):
    """Link the texts of some objects of one kind anew; return how many they are, and how many have changed."""
    explained, changed = {}, 0
    with transaction.atomic():
        # Locked: nobody saves a text between our reading and our writing.
        for row in rows_of(model).select_for_update().filter(master__in=keys).order_by("pk"):
            before = (row.text_html, row.notes)
            own_term = row.master_id if model is Term else None
            explained[row.master_id, row.language_code] = vocabulary.mark(row, own_term)
            if (row.text_html, row.notes) != before:
                rows_of(model).filter(pk=row.pk).update(text_html=row.text_html, notes=row.notes)
                changed += 1
        write_mentions(ContentType.objects.get_for_model(model), explained)
        if changed:
            note_change()
    return len(explained), changed


def forget_deleted(model):
    """Delete the Mentions in what has been deleted since."""
    mentions = Mention.objects.filter(content_type=ContentType.objects.get_for_model(model))
    mentions.exclude(object_id__in=model.objects.values("pk")).delete()


def follow_clock(now, since):
    """Link all texts anew where a term has become public, or hidden, by itself. A step of settings.DUE_STEPS."""
    stale = Linking.objects.filter(finished_at__isnull=True, asked_at__lt=now - STALE)
    if passed_since(Term, since, now).exists() or stale.exists():
        stale.delete()
        with transaction.atomic():
            ask_for_linking()
