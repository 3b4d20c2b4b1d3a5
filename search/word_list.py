"""The words that a misspelt one may have been meant as: kept as they come, offered while a public text holds them."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from content.querysets import is_public
from search.models import IndexEntry, IndexWord, Trigram
from search.words import words_of

#: Words in which no slip is looked for.
SHORTEST_TO_CORRECT, LONGEST_TO_CORRECT = 4, 30
BATCH = 500


def public_words(language):
    """Return the words of a language that stand in a text that is public now.

    A list of words cannot tell: one may be known from a text that is scheduled, withdrawn or deleted.
    """
    return IndexWord.objects.filter(Exists(holders().filter(is_public())), language=language)


def holders():
    """Return the entries that hold the word of the outer query."""
    # SQLite would walk the index of the languages for each word; the few texts with the word are found at once.
    entries = IndexEntry.objects.alias(code=Coalesce("language", Value("")))
    return entries.filter(code=OuterRef("language"), words__match=OuterRef("form"))


def correct_words(language, document):
    """Return {(language, form): (stem, as it is written)} of the words of a text, without those of its files."""
    found = {}
    for part in (*document.names, document.summary, *document.facts, *document.text):
        for word in words_of(part, language):
            written = part[word.start : word.end]
            if SHORTEST_TO_CORRECT <= len(word.form) - 1 <= LONGEST_TO_CORRECT and written.isalpha():
                found.setdefault((language, word.form), (word.stem, written.lower()))
    return found


def add_words(words):
    """Keep the words that are not known yet, with their trigrams; `words`: as `correct_words` returns them.

    To be called on commit: texts share these rows, and an import that held them until its end would stop other saves.
    They are written in one order everywhere, so that two who do it at once wait for each other in turn.
    """
    for language in sorted({language for language, _form in words}):
        forms = sorted(form for code, form in words if code == language)
        for start in range(0, len(forms), BATCH):
            add_batch(language, {form: words[language, form] for form in forms[start : start + BATCH]})


@transaction.atomic
def add_batch(language, words):
    """Keep the words of a language that are not known yet; `words`: {form: (stem, as it is written)}, in order."""
    mine = IndexWord.objects.filter(language=language)
    known = set(mine.filter(form__in=words).values_list("form", "stem"))
    new = [
        IndexWord(language=language, form=form, stem=stem, written=written)
        for form, (stem, written) in words.items()
        if (form, stem) not in known
    ]
    # A stem may be another one since an upgrade.
    IndexWord.objects.bulk_create(
        new, update_conflicts=True, unique_fields=("language", "form"), update_fields=("stem",)
    )
    stored = mine.filter(form__in=[word.form for word in new]).order_by("form")
    added = [(word, sorted(trigrams(word.form[1:], language))) for word in stored]
    Trigram.objects.bulk_create(
        [Trigram(word=word, letters=letters) for word, parts in added for letters in parts], ignore_conflicts=True
    )


def forget_words():
    """Delete the words that no entry holds, public or not."""
    last = 0
    while batch := list(IndexWord.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        IndexWord.objects.filter(~Exists(holders()), pk__in=batch).delete()


def trigrams(word, language):
    """Return the sets of three letters of a word, its two ends marked; each begins with the language."""
    padded = f"  {word} "
    return {f"{language}{padded[place : place + 3]}" for place in range(len(padded) - 2)}
