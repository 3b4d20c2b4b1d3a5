"""The words of the index, as a misspelt one may have been meant: kept as they are met, offered while they are public."""

from django.db.models import Exists, OuterRef

from content.querysets import is_public
from search.models import IndexEntry, IndexWord, Trigram
from search.words import words_of

#: Words in which no slip is looked for.
SHORTEST_TO_CORRECT, LONGEST_TO_CORRECT = 4, 30


def public_words(language):
    """Return the words of a language that stand in a text that is public now.

    A list of words cannot tell: one may be known from a text that is scheduled, withdrawn or deleted.
    """
    return IndexWord.objects.filter(Exists(holders().filter(is_public())), language=language)


def holders():
    """Return the entries that hold the word of the outer query."""
    return IndexEntry.objects.filter(language=OuterRef("language"), words__match=OuterRef("form"))


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
    """Keep the words that are not known yet, with their trigrams."""
    languages = {language for language, _form in words}
    for language in sorted(languages):
        forms = sorted(form for code, form in words if code == language)
        for start in range(0, len(forms), 500):
            batch = forms[start : start + 500]
            known = set(IndexWord.objects.filter(language=language, form__in=batch).values_list("form", flat=True))
            new = [form for form in batch if form not in known]
            IndexWord.objects.bulk_create(
                [
                    IndexWord(language=language, form=form, stem=stem, written=written)
                    for form in new
                    for stem, written in [words[language, form]]
                ],
                ignore_conflicts=True,
            )
            added = IndexWord.objects.filter(language=language, form__in=new)
            Trigram.objects.bulk_create(
                Trigram(word=word, letters=letters) for word in added for letters in trigrams(word.form[1:], language)
            )


def trigrams(word, language):
    """Return the sets of three letters of a word, its two ends marked; each begins with the language."""
    padded = f"  {word} "
    return {f"{language}{padded[place : place + 3]}" for place in range(len(padded) - 2)}
