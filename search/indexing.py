"""Keeps the index in step with what is on the site: a step of settings.CONTENT_STEPS, and what follows deletions."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from content.folding import sort_key
from content.models import content_models
from search.models import IndexEntry, WholeIndex
from search.sources import documents
from search.word_list import add_words, correct_words, forget_words
from search.words import words_of, words_of_name

#: Of what stands further down in a very long text no more is known than of its files.
LONGEST_TEXT = 20_000
#: What is kept of each part for readers.
SHOWN_TEXT = 200_000
#: PostgreSQL refuses more than a megabyte of different words; no book has so many.
MOST_BYTES = 600_000
#: Stands between two names, so that the end of one and the beginning of the next are not taken for a name.
BETWEEN = "."
BATCH = 100
KEPT = ("kind", "object_id", "language")


def index_content(obj):
    """Write what the search finds of an object. A step of settings.CONTENT_STEPS and CONTENT_CHANGED_STEPS."""
    index_objects([obj])


def forget_content(obj):
    """Take an object that is about to be deleted out of the index. A step of settings.CONTENT_GONE_STEPS."""
    entries_of(type(obj)).filter(object_id=obj.pk).delete()


def kind_of(model):
    """Return the word that stands for a kind of content in the index."""
    return model._meta.label_lower


def entries_of(model):
    return IndexEntry.objects.filter(kind=kind_of(model))


def index_objects(objects):
    """Write what the search finds of some objects of one kind."""
    if not objects:
        return
    stored = {
        (entry.object_id, entry.language): entry
        for entry in entries_of(type(objects[0])).filter(object_id__in=[obj.pk for obj in objects])
    }
    entries, words = [], {}
    for obj in objects:
        for language, document in documents(obj).items():
            entries.append(entry_of(obj, language, document, stored.pop((obj.pk, language), None)))
            words.update(correct_words(language, document))
    with transaction.atomic():
        IndexEntry.objects.filter(pk__in=[entry.pk for entry in stored.values()]).delete()
        columns = [field.name for field in IndexEntry._meta.concrete_fields if field.name not in ("id", *KEPT)]
        IndexEntry.objects.bulk_create(
            entries, update_conflicts=True, unique_fields=KEPT, update_fields=columns, batch_size=BATCH
        )
        transaction.on_commit(lambda: add_words(words), robust=True)


def entry_of(obj, language, document, before):
    """Return the entry of a text, not saved; `before`: the one that is stored, None for none."""
    row = document.row
    text = "\n".join(filter(None, document.text))
    names = [words_of_name(name, language) for name in document.names]
    below, above = words_of(text[LONGEST_TEXT:], language), words_of(text[:LONGEST_TEXT], language)
    files_key, file_words = read_files(document, language, before)
    entry = IndexEntry(
        kind=kind_of(type(obj)),
        object_id=obj.pk,
        language=language,
        publish_from=row.publish_from,
        publish_until=document.publish_until,
        heading=row.heading,
        heading_lang=row.heading_lang,
        title=row.title,
        title_lang=row.title_lang,
        title_key=sort_key(row.heading),
        slug=row.slug,
        has_passed=document.has_passed,
        names=sequence(names),
        summary=sequence([words_of(part, language) for part in (document.summary, *document.facts)]),
        text=sequence([above]),
        summary_plain=document.summary,
        facts_plain=" · ".join(filter(None, document.facts)),
        text_plain=text[:SHOWN_TEXT],
        files_key=files_key,
        file_words=file_words,
    )
    tokens = dict.fromkeys(f"{entry.names} {entry.summary} {entry.text}".split())
    tokens.pop(BETWEEN, None)
    tokens.update(dict.fromkeys(f"n{word.stem}" for name in names for word in name))
    tokens.update(dict.fromkeys(token for word in below for token in (word.stem, word.form)))
    tokens.update(dict.fromkeys(file_words.split()))
    entry.words = shortened(tokens)
    return entry


def sequence(parts):
    """Return the tokens of the parts of a text: their stems in order, marked off, then each written form once."""
    stems = [token for part in parts if part for token in (BETWEEN, *(word.stem for word in part))]
    forms = dict.fromkeys(word.form for part in parts for word in part)
    return f" {' '.join([*stems, BETWEEN, *forms])} "


def shortened(tokens):
    """Return tokens as one text, as many of them as a database takes."""
    return " ".join(tokens)[:MOST_BYTES].rpartition(" ")[0] if sum(map(len, tokens)) > MOST_BYTES else " ".join(tokens)


def read_files(document, language, before):
    """Return (what tells these files from others, their tokens); those of the stored entry where nothing changed."""
    if not document.files:
        return "", ""
    key = hashlib.sha256("\n".join(name for name, _text in document.files).encode()).hexdigest()
    if before is not None and before.files_key == key:
        return key, before.file_words
    tokens = {}
    for _name, text in document.files:
        tokens.update(dict.fromkeys(token for word in words_of(text, language) for token in (word.stem, word.form)))
    return key, shortened(tokens)


# --- All of it ------------------------------------------------------------------------------------------------------


@task()
def rebuild_by_worker():
    """Write the whole index anew, by the worker."""
    rebuild()


def fill_at_first(now, since):
    """Have the index written once where the site was there before its search. A step of settings.DUE_STEPS.

    Asked for again each hour until that has come to its end: a worker may be stopped in the middle.
    """
    is_another_hour = since is None or (since.date(), since.hour) != (now.date(), now.hour)
    if is_another_hour and not WholeIndex.objects.exists() and any(kind.objects.exists() for kind in content_models()):
        rebuild_by_worker.enqueue()


def ask_for_words(now, since):
    """Have the worker put the list of words right once a day. A step of settings.DUE_STEPS."""
    if since is None or timezone.localdate(since) != timezone.localdate(now):
        renew_words.enqueue()


@task()
def renew_words():
    """Add the words of texts whose save could not add them, and delete those that no text holds any more."""
    for model in content_models():
        last = 0
        while objects := next_objects(model, last):
            last = objects[-1].pk
            words = {}
            for obj in objects:
                for language, document in documents(obj).items():
                    words.update(correct_words(language, document))
            add_words(words)
    forget_words()


def rebuild(report=None):
    """Write the whole index anew, batch by batch; return how many objects it holds.

    `report(model, done, total)`: called after each batch. Readers go on finding what was there meanwhile.
    """
    count = 0
    for model in content_models():
        done, last, total = 0, 0, model.objects.count()
        # Locked by the batch: nobody saves a text between our reading and our writing.
        while objects := batch_after(model, last):
            last = objects[-1].pk
            done += len(objects)
            if report:
                report(model, done, total)
        entries_of(model).exclude(object_id__in=model.objects.values("pk")).delete()
        count += done
    known = [kind_of(model) for model in content_models()]
    IndexEntry.objects.exclude(kind__in=known).delete()
    forget_words()
    WholeIndex.objects.update_or_create(pk=1, defaults={"written_at": timezone.now()})
    return count


def next_objects(model, last, locked=False):
    """Return the next objects of a kind, [] for none."""
    objects = model.objects.select_for_update() if locked else model.objects
    return list(objects.filter(pk__gt=last).order_by("pk").prefetch_related("translations")[:BATCH])


@transaction.atomic
def batch_after(model, last):
    """Index the next objects of a kind and return them, [] for none."""
    objects = next_objects(model, last, locked=True)
    index_objects(objects)
    return objects
