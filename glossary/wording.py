"""The forms in which a word of the glossary stands in a text: plural, feminine, inclusive writing; French and Dutch.

Forms are folded (content/folding.py). A form that no text ever holds does no harm; one that is another word does, so
only endings of nouns and adjectives are made, and words of few letters keep their form.
"""

import re
from functools import lru_cache
from itertools import product

from content.folding import fold

#: A word: letters and digits, with the marks of inclusive writing inside: réfugié·e·s, réfugié.e, réfugié(e)s.
INCLUSIVE = r"e|s|es|x|ne|nes|le|les|te|tes|se|ses|ve|ves|ere|eres|ère|ères|ice|ices|rice|rices|euse|euses"
WORD = re.compile(
    rf"[^\W_]+(?:[·∙•‧⋅・][^\W_]+|\.(?:{INCLUSIVE})\b|\((?:{INCLUSIVE})\)[^\W_]*)*(?:['’]s\b)?", re.IGNORECASE
)
MARK = re.compile(r"[·∙•‧⋅・.(]")
#: Endings of inclusive writing that replace the end of the masculine: demandeur·euse, directeur·rice, sportif·ve.
REPLACED = (("euse", "eur"), ("rice", "teur"), ("trice", "teur"), ("ere", "er"), ("ve", "f"), ("se", "x"))

#: Words inside a term that never change.
FIXED = {
    "fr": set(
        [
            "a",
            "à",
            "au",
            "aux",
            "avec",
            "d",
            "de",
            "des",
            "du",
            "en",
            "et",
            "hors",
            "l",
            "la",
            "le",
            "les",
            "ou",
            "par",
            "pour",
            "sans",
            "sur",
            "non",
            "un",
            "une",
            "contre",
            "chez",
        ]
    ),
    "nl": set(
        [
            "aan",
            "bij",
            "de",
            "een",
            "en",
            "het",
            "in",
            "met",
            "naar",
            "niet",
            "of",
            "om",
            "op",
            "te",
            "tot",
            "uit",
            "van",
            "voor",
            "zonder",
            "der",
            "den",
        ]
    ),
}
#: Words of so few letters keep their form.
SHORTEST = 4


def words_in(text):
    """Return the words of a text as (folded form, start, end)."""
    return [(fold(found[0]), found.start(), found.end()) for found in WORD.finditer(text)]


@lru_cache(maxsize=10_000)
def forms_of_word(word, language):
    """Return all folded forms of one word as it stands in a term, which may be written inclusively."""
    if fold(word) in FIXED.get(language, ()):
        return frozenset([fold(word)])
    forms = french_forms(word) if language == "fr" else dutch_forms(fold(word)) if language == "nl" else {fold(word)}
    return frozenset(forms)


def forms_of_term(term, language):
    """Return the sequences of folded words in which a term stands: one set of forms a word, in their order."""
    return tuple(forms_of_word(found[0], language) for found in WORD.finditer(term))


# --- French --------------------------------------------------------------------------------------------------------


def french_forms(word):
    stem, *endings = [part.strip(")") for part in MARK.split(word)]
    stem, endings = fold(stem), [fold(ending) for ending in endings if ending]
    genders = {stem}
    for ending in endings:
        if ending not in ("s", "x"):
            genders.add(feminine(stem, ending))
    if len(stem) < SHORTEST and not endings:
        return genders
    forms = set()
    for form in genders:
        forms |= {form, *french_plurals(form)}
    if not endings:
        # A participle or adjective agrees though its term is written in one gender: "centre fermé", "zone fermée".
        forms |= {"".join(pair) for pair in product(_agreeing(stem), ("", "s"))}
    # The folded form of inclusive writing itself: "refugiee", "refugiees", "demandeureuses", "demandeurseuses".
    for ending in endings:
        forms |= {stem + ending, f"{stem}{ending}s", f"{stem}s{ending}", f"{stem}s{ending}s"}
    return forms


def _agreeing(stem):
    if stem.endswith(("e", "s", "x", "z")):
        return (stem,)
    return (stem, f"{stem[:-1]}ve") if stem.endswith("if") else (stem, f"{stem}e")


def feminine(stem, ending):
    """Return the feminine that "stem·ending" stands for: demandeur·euse, tuteur·rice, étranger·ère, réfugié·e."""
    for short, masculine in REPLACED:
        if ending == short and stem.endswith(masculine):
            return stem[: -len(masculine)] + {"rice": "trice"}.get(short, short)
    return stem + ending


def french_plurals(form):
    if form.endswith(("s", "x", "z")):
        return set()
    if form.endswith("al"):
        return {f"{form[:-2]}aux", f"{form}s"}
    if form.endswith(("au", "eu")):
        return {f"{form}x"}
    return {f"{form}s"}


# --- Dutch ---------------------------------------------------------------------------------------------------------

VOWELS = "aeiou"
LONG = ("aa", "ee", "oo", "uu")


def dutch_forms(word):
    if len(word) < SHORTEST:
        return {word}
    forms = {word, f"{word}s", f"{word}'s", f"{word}e", f"{word}en"}
    if word.endswith("e"):
        forms |= {f"{word}n", word[:-1]}
    if word.endswith("um"):
        forms |= {f"{word[:-2]}a", f"{word[:-2]}ums"}
    if word.endswith("heid"):
        forms.add(f"{word[:-4]}heden")
    before, last = word[:-1], word[-1]
    if last not in VOWELS:
        soft = {"s": "z", "f": "v"}
        if before[-2:] in LONG:
            # aanvraag, aanvragen
            short = before[:-1]
            forms |= {f"{short}{last}en", f"{short}{last}e", f"{short}{soft.get(last, last)}en"}
        elif before[-1:] in VOWELS and before[-2:-1] not in VOWELS:
            # bevel keeps one l (bevelen), gesprek doubles its k (gesprekken): both are made
            forms |= {f"{word}{last}en", f"{word}{last}e"}
        if last in soft:
            forms |= {f"{before}{soft[last]}en", f"{before}{soft[last]}e"}
    return forms
