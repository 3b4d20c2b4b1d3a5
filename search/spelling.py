"""Did you mean …: words of public texts that are spelt like one that nothing is found by."""

from dataclasses import dataclass
from itertools import pairwise, product

from django.db.models import Count

from search.models import Trigram
from search.word_list import LONGEST_TO_CORRECT, SHORTEST_TO_CORRECT, public_words, trigrams
from search.words import plain, words_of

#: How many words that share letters with a misspelt one are looked at, and how many are tried for each.
LOOKED_AT, TRIED = 40, 2
#: How many words of one question are put right; who misspells more means something else.
MOST_CORRECTED = 3
#: How many letters may be wrong in a word of so many letters at least.
SLIPS = ((9, 3), (6, 2), (SHORTEST_TO_CORRECT, 1))
#: How many at most where it cannot well be another word ("Mexique" is no "lexique", "Russie" no "aussi").
SURE_SLIPS = ((9, 2), (6, 1))


@dataclass(frozen=True, slots=True)
class Slip:
    """A place in what was typed, and what may have been meant there."""

    start: int
    end: int
    meant: tuple
    #: Nothing else can well have been meant.
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """What may have been meant by a text."""

    text: str
    is_sure: bool


def corrections(text, language):
    """Return the Corrections of a text, the likeliest first; the caller tells what finds something.

    At most three queries for each of MOST_CORRECTED words, and two more.
    """
    slips = slips_in(text, language)
    if not slips:
        return []
    found = []
    for choice in product(*(slip.meant for slip in slips)):
        corrected, end = "", 0
        for slip, meant in zip(slips, choice, strict=True):
            corrected += text[end : slip.start] + meant
            end = slip.end
        found.append(Correction(corrected + text[end:], all(slip.is_sure for slip in slips)))
    return found[:TRIED]


def slips_in(text, language):
    """Return the Slips of a text: words that no public text holds, and that others are spelt like."""
    words = words_of(text, language)
    known = known_among(words, language)
    slips = joined(words, known, text, language)
    taken = {place for slip in slips for place in range(slip.start, slip.end)}
    unknown = [word for word in words if word.stem not in known and word.start not in taken]
    for word in unknown[:MOST_CORRECTED]:
        written = word.form.removeprefix("w")
        if SHORTEST_TO_CORRECT <= len(written) <= LONGEST_TO_CORRECT:
            halves = split(written, language)
            meant, is_sure = (halves, False) if halves else similar(written, language)
            slips += [Slip(word.start, word.end, tuple(meant), is_sure)] if meant else []
    return sorted(slips, key=lambda slip: slip.start)


def known_among(words, language):
    """Return the stems, of those of some words, that a public text holds."""
    stems = {word.stem for word in words}
    return set(public_words(language).filter(stem__in=stems).values_list("stem", flat=True))


def joined(words, known, text, language):
    """Return Slips for words that are written as one: "asiel procedure", where one of the two stands nowhere alone."""
    pairs = {}
    for first, second in pairwise(words):
        if not {first.stem, second.stem} <= known and text[first.end : second.start].isspace():
            pairs[f"{first.form}{second.form.removeprefix('w')}"] = (first.start, second.end)
    found = public_words(language).filter(form__in=pairs) if pairs else ()
    return [Slip(*pairs[word.form], (word.written,), is_sure=True) for word in found]


def split(word, language):
    """Return a word as two that public texts hold: "sanspapiers"; [] where there are none."""
    cuts = [(word[:place], word[place:]) for place in range(3, len(word) - 2)]
    forms = {f"w{half}" for cut in cuts for half in cut}
    known = dict(public_words(language).filter(form__in=forms).values_list("form", "written"))
    both = [cut for cut in cuts if all(f"w{half}" in known for half in cut)]
    return [" ".join(known[f"w{half}"] for half in cut) for cut in both[:1]]


def similar(word, language):
    """Return the words of public texts that are spelt like one, the nearest first, and whether it must be the only."""
    near = Trigram.objects.filter(letters__in=trigrams(plain(word), language)).order_by().values("word")
    near = dict(near.annotate(shared=Count("pk")).order_by("-shared", "word").values_list("word", "shared")[:LOOKED_AT])
    most = next(slips for length, slips in SLIPS if len(word) >= length)
    found = []
    for other in public_words(language).filter(pk__in=near):
        slips = distance(word, other.form.removeprefix("w"))
        if 0 < slips <= most:
            found.append((slips, -near[other.pk], other.form, other.written))
    found.sort()
    # Only the nearest: what is spelt less alike is another word.
    nearest = [(form, written) for slips, _shared, form, written in found if slips == found[0][0]]
    is_sure = len(nearest) == 1 and is_surely(word, nearest[0][0].removeprefix("w"), found[0][0])
    return [written for _form, written in nearest[:TRIED]], is_sure


def is_surely(word, other, slips):
    """Whether somebody who wrote a word with so many slips can only have meant another one.

    Hardly anybody has the first letter wrong.
    """
    most = next((most for length, most in SURE_SLIPS if len(word) >= length), 0)
    return slips <= most and word[0] == other[0]


def distance(one, other):
    """Return how many letters must be changed, added, left out or exchanged with the next to make one of the other."""
    before, row = [], list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        earlier, before, row = before, row, [number]
        for place, opposite in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != opposite))
            if number > 1 and place > 1 and letter == other[place - 2] and one[number - 2] == opposite:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]
