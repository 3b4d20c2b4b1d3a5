"""The forms in which a word of the glossary stands in a text: plural, feminine, inclusive writing; French and Dutch.

Forms are folded (content/folding.py). A form that no text ever holds does no harm; one that is another word does, so
only endings of nouns and adjectives are made, and words of few letters keep their form.
"""

import re
from functools import lru_cache
from itertools import product, zip_longest

from content.folding import fold, sort_key

#: What a word is made of: an underscore, an accent written apart and an invisible hyphen do not end it.
LETTER = r"[\w\u00ad\u200b-\u200d\u2060\u0300-\u036f]"
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060"))
ENDING = r"e|s|es|x|ne|nes|le|les|te|tes|se|ses|ve|ves|ere|eres|ère|ères|ice|ices|rice|rices|trice|trices|euse|euses"
#: A word with the marks of inclusive writing inside: réfugié·e·s, réfugié.e, réfugié-e-s, réfugié/e, réfugié(e)s.
WORD = re.compile(
    rf"{LETTER}+(?:[·∙•‧⋅・]{LETTER}+|[./‐‑-](?:{ENDING})\b|\((?:{ENDING})\){LETTER}*)*(?:['’]s\b)?", re.IGNORECASE
)
MARKS = re.compile(r"[·∙•‧⋅・./()‐‑-]+")
#: Endings of inclusive writing that replace the end of the masculine: demandeur·euse, directeur·rice, sportif·ve.
REPLACED = (("euse", "eur"), ("rice", "teur"), ("trice", "teur"), ("ere", "er"), ("ve", "f"), ("se", "x"))
#: Endings that are written one for the other: demandeur·euse and demandeur·se.
ALIKE = {"euse": ("se",), "se": ("euse",), "rice": ("trice", "ice"), "trice": ("rice",), "ere": ("e",), "e": ("ere",)}


def set_of(words):
    """Return the words of a line as a set."""
    return frozenset(words.split())


#: Little words inside a term, which never change.
FIXED = {
    "fr": set_of("a à au aux avec chez contre d de des du en et hors l la le les ou par pour sans sur un une"),
    "nl": set_of("aan bij de den der een en het in met naar of om op te tot uit van voor zonder"),
}
ARTICLES = {"fr": set_of("l la le les un une"), "nl": set_of("de het een")}
#: Little words that stand one for another: "équivalence de diplôme", "équivalence des diplômes".
SAME = {"fr": dict.fromkeys(set_of("D DE DES DU"), set_of("D DE DES DU"))}
#: Words of so few letters keep their form.
SHORTEST = 4


def words_in(text, language):
    """Return the words of a text as (key, start, end); the key is what `forms_of_word` makes."""
    return [(key_of(found[0], language), found.start(), found.end()) for found in WORD.finditer(text)]


@lru_cache(maxsize=50_000)
def key_of(word, language):
    """Return a word folded; a little word in capitals, so that "sur" is never taken for "sûr"."""
    word = word.translate(INVISIBLE)
    return word.upper() if is_fixed(word, language) else fold(MARKS.sub("", word))


def is_fixed(word, language):
    return word.lower() in FIXED.get(language, ())


@lru_cache(maxsize=10_000)
def forms_of_word(word, language):
    """Return the keys of all forms of one word as it stands in a term, which may be written inclusively."""
    if is_fixed(word, language) or language not in FIXED:
        key = key_of(word, language)
        return SAME.get(language, {}).get(key, frozenset([key]))
    return frozenset(french_forms(word) if language == "fr" else dutch_forms(key_of(word, language)))


def forms_of_term(term, language):
    """Return one set of keys for each word of a term, in their order."""
    return tuple(forms_of_word(found[0], language) for found in WORD.finditer(term))


def may_be_same(one, other, language):
    """Whether two terms have as many words, each with a form that both have: "refugie" and "réfugié·e"."""
    pairs = list(zip_longest(forms_of_term(one, language), forms_of_term(other, language), fillvalue=frozenset()))
    return bool(pairs) and all(forms & others for forms, others in pairs)


# --- What a reader asks for ------------------------------------------------------------------------------------------

#: Endings of plurals and of the feminine, and what a glossary has instead; French and Dutch, as nobody says which.
ASKED = [("euse", "eur"), ("trice", "teur"), ("aux", "al"), ("s", ""), ("x", ""), ("e", "")]
ASKED += [("en", ""), ("n", ""), ("a", "um"), ("heden", "heid"), ("ven", "f"), ("zen", "s")]
DOUBLED = re.compile(r"([bdfgklmnprst])\1en\Z")
SHORTENED = re.compile(r"([aeou])([bdfgklmnprst])en\Z")
SHORTEST_STEM = 4


def stems_asked_for(text):
    """Return a set of folded beginnings for each word that a reader types, one of which a term should have."""
    found = []
    for word in WORD.finditer(text):
        # What follows a mark of inclusive writing, or an apostrophe inside, is an ending.
        beginning = re.split(rf"{MARKS.pattern}|['’]", word[0].translate(INVISIBLE))[0]
        found += [stems(part) for part in sort_key(beginning, length=None).split()]
    return found


def stems(word):
    """Return a folded word as it is and without its ending: "demandeuses", "demandeuse", "demandeur"."""
    singular = word.removesuffix("s") if len(word) > SHORTEST_STEM else word
    made = {
        one.removesuffix(ending) + instead
        for one in (word, singular)
        for ending, instead in ASKED
        if one.endswith(ending)
    }
    # gesprekken, gesprek; personen, persoon
    made |= {DOUBLED.sub(r"\1", word), SHORTENED.sub(r"\1\1\2", word)}
    return {word} | {stem for stem in made if len(stem) >= SHORTEST_STEM}


# --- French --------------------------------------------------------------------------------------------------------


def french_forms(word):
    stem, *endings = [fold(part) for part in MARKS.split(word) if part]
    endings = {ending.removesuffix("s") for ending in endings} - {"", "x"}
    genders = {stem} | {feminine(stem, ending) for ending in endings}
    if len(stem) < SHORTEST and not endings:
        return genders
    forms = set()
    for form in genders:
        forms |= {form, *french_plurals(form)}
    if not endings:
        # A participle or adjective agrees though its term is written in one gender: "centre fermé", "zone fermée".
        forms |= {"".join(pair) for pair in product(agreeing(word), ("", "s"))}
    # Inclusive writing without its marks: "refugiees", "demandeureuse", "demandeurseuses", "demandeurse".
    for ending in endings:
        for written in (ending, *ALIKE.get(ending, ())):
            forms |= {"".join(parts) for parts in product([stem], ("", "s"), [written], ("", "s"))}
    return forms


def agreeing(word):
    """Return the masculine and the feminine of a word that is written in the masculine: fermé, fermée."""
    stem = fold(word)
    if word.endswith("és"):
        return stem, f"{stem[:-1]}e"
    if word.endswith(("e", "s", "x", "z")):
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
