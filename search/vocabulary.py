"""The glossary as the search uses it: who asks for a synonym, an abbreviation or the word of the other language."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import uuid4

from django.utils import timezone

from content.kept_pages import kept_part
from content.languages import CODES
from glossary.models import TermTranslation, Word, WordKind
from search.words import words_of

#: What leads to a term, but is not what else should be looked for: words that are better avoided, mere spellings.
ONLY_ASKED = {WordKind.DISCOURAGED, WordKind.SPELLING}


@dataclass(frozen=True, slots=True)
class Expression:
    """A word or several of the glossary, as stems; public with the text of its term."""

    term: int
    stems: tuple
    is_offered: bool
    publish_from: datetime
    publish_until: datetime | None

    def is_public(self, now):
        return self.publish_from <= now and (self.publish_until is None or now < self.publish_until)


def vocabulary_for(request):
    """Return the Vocabulary, made anew where content has changed since, or after a minute."""
    return _vocabulary(kept_part("vocabulary", request, lambda: (uuid4().hex, None)))


@lru_cache(maxsize=2)
def _vocabulary(_mark):
    # Kept as it is: the cache would take it apart and put it together for each reader.
    return Vocabulary()


class Vocabulary:
    """All expressions of the glossary, by language."""

    def __init__(self):
        self.expressions = {code: [] for code in CODES}
        rows = {
            (row.master_id, row.language_code): row
            for row in TermTranslation.objects.filter(publish_from__isnull=False)
        }
        for row in rows.values():
            # What stands in brackets behind a term explains it: "demande 9bis (humanitaire)".
            for text in (row.title.partition(" (")[0], row.abbreviation):
                self._add(row, text, is_offered=True)
        for word in Word.objects.exclude(kind=WordKind.OTHER_MEANING):
            if row := rows.get((word.term_id, word.language)):
                self._add(row, word.text, is_offered=word.kind not in ONLY_ASKED)
        self.by_stems = {code: defaultdict(list) for code in CODES}
        for code, expressions in self.expressions.items():
            for one in expressions:
                self.by_stems[code][one.stems].append(one)
        self.longest = max((len(one.stems) for found in self.expressions.values() for one in found), default=0)

    def _add(self, row, text, is_offered):
        stems = tuple(word.stem for word in words_of(text, row.language_code))
        if stems:
            self.expressions[row.language_code].append(
                Expression(row.master_id, stems, is_offered, row.publish_from, row.publish_until)
            )

    def terms_in(self, text, now=None):
        """Return [(start, end, keys of terms)] of the words of the glossary that are asked for, in any language."""
        now, found = now or timezone.now(), {}
        for code in CODES:
            words = words_of(text, code)
            for first in range(len(words)):
                for last in range(first, min(first + self.longest, len(words))):
                    stems = tuple(word.stem for word in words[first : last + 1])
                    terms = {one.term for one in self.by_stems[code].get(stems, ()) if one.is_public(now)}
                    if terms:
                        found.setdefault((words[first].start, words[last].end), set()).update(terms)
        return apart(found)

    def offered(self, terms, language, now=None):
        """Return the stems of all expressions that terms have in a language."""
        now = now or timezone.now()
        return list(
            dict.fromkeys(
                one.stems
                for one in self.expressions[language]
                if one.term in terms and one.is_offered and one.is_public(now)
            )
        )


def apart(found):
    """Return the places of {(start, end): terms} that do not overlap, the longest of those that would."""
    kept = []
    for (start, end), terms in sorted(found.items(), key=lambda entry: (entry[0][0] - entry[0][1], entry[0])):
        if all(end <= other_start or other_end <= start for other_start, other_end, _terms in kept):
            kept.append((start, end, terms))
    return sorted(kept)
