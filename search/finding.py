"""From a question to the texts that answer it, the best first; only what is public now."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from content.querysets import is_public
from search.matching import AllOf, Token
from search.models import IndexEntry
from search.ranking import Scale

#: How many texts are ranked: the newest of them.
MOST_RANKED = 1000
#: What the order needs of an entry, and no more: there may be a thousand.
RANKED_BY = ("pk", "kind", "object_id", "publish_from", "title_key", "has_passed", "names", "summary", "text")


@dataclass
class Answer:
    """The texts of one language that answer a question, best first."""

    language: str
    hits: list = field(default_factory=list)  # IndexEntry.objects.values_list rows, see RANKED_BY
    #: There are more than were ranked.
    is_capped: bool = False
    #: No text has all of it: these have some.
    is_partial: bool = False

    @property
    def counts(self):
        """Counter {kind: how many}."""
        return Counter(hit.kind for hit in self.hits)

    def without(self, known):
        """Return the same without the objects of `known`, (kind, object_id) each."""
        hits = [hit for hit in self.hits if (hit.kind, hit.object_id) not in known]
        return Answer(self.language, hits, self.is_capped, self.is_partial)

    @property
    def objects(self):
        return {(hit.kind, hit.object_id) for hit in self.hits}


def answer(question, now=None, kind="", may_be_partial=False):
    """Return the Answer to a Question, which may be None.

    `kind` narrows it; `may_be_partial`: texts with some of the words are better than nothing.
    """
    if question is None:
        return Answer("")
    public = IndexEntry.objects.filter(is_public(now or timezone.now()), language=question.language)
    if kind:
        public = public.filter(kind=kind)
    hits = newest(public, question.every_part)
    is_partial = may_be_partial and not hits and len(question.parts) > 1
    if is_partial:
        hits = newest(public, question.any_part)
    is_capped = len(hits) > MOST_RANKED
    if is_capped and question.stems and not is_partial:
        # A name may be older than a thousand texts that only mention it.
        hits = list(dict.fromkeys([*newest(public, in_names(question)), *hits]))
    scale = Scale(question)
    ranked = sorted(hits[:MOST_RANKED], key=lambda hit: position(hit, scale.score(hit, has_all=not is_partial)))
    return Answer(question.language, ranked, is_capped, is_partial and bool(ranked))


def newest(entries, condition):
    """Return the newest entries that fulfil a condition, one more than are ranked; one query."""
    found = entries.filter(words__match=condition).order_by("-publish_from", "-id")
    return list(found.values_list(*RANKED_BY, named=True)[: MOST_RANKED + 1])


def in_names(question):
    """The condition on entries that have each word of the question in their names."""
    return AllOf(tuple(Token(f"n{stem}") for stem in question.stems))


def position(hit, points):
    """Return where a hit stands; the same on every database, whatever order it found them in."""
    return -points, -hit.publish_from.timestamp(), hit.title_key, hit.kind, hit.object_id
