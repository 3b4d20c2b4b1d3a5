"""What counts as a word, and which words are the same: "Réfugié·e·s" and "refugiee", "vluchteling" and "vluchtelingen".

The same for what is indexed and for what is asked. Words become tokens of small ASCII letters and digits, which
SQLite's FTS5 and PostgreSQL's parser cut in the same way: a stem begins with "s", a word as it is written with "w".
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from content.folding import sort_key
from glossary.wording import INVISIBLE, MARKS, WORD, set_of

LONGEST_WORD = 40
#: Folded words that stand in every text and so find nothing.
STOP_WORDS = {
    "fr": set_of(
        "a ai au aux avec c ce ces cet cette ci d dans de des du elle elles en est et etre eu eux il ils j je l la le "
        "les leur leurs lui m ma mais me mes mon n ne nos notre nous on ont or ou par pas pour qu que qui s sa se ses "
        "si son sont sur t ta te tes toi ton tu un une vos votre vous y"
    ),
    "nl": set_of(
        "aan als at bij dat de der deze die dit door een en er had heb hebben heeft het hij hun ik in is je jij jullie "
        "maar me men met mij mijn naar of om ons onze ook op over s t te tot u uit uw van voor was wat we wie wij "
        "worden wordt ze zich zij zijn"
    ),
}
STEMMERS = {"fr": snowballstemmer.stemmer("french"), "nl": snowballstemmer.stemmer("dutch_porter")}
#: Where an inclusive mark or a possessive ends the word that it hangs on.
END_OF_WORD = re.compile(rf"{MARKS.pattern}|['’]")
#: What a French stemmer takes for another word: the feminine beside the masculine, plurals in -ers; folded endings.
FRENCH_ENDINGS = [
    (re.compile(rf"(?<=\w\w){ending}s?\Z"), instead)
    for ending, instead in (("ee", "e"), ("euse", "eur"), ("trice", "teur"), ("ere", "er"), ("er", "er"))
]
#: What a Dutch stemmer leaves different: gezin and gezinnen, huis and huizen, brief and brieven.
DUTCH_ENDINGS = [
    (re.compile(rf"(?<=\w\w){ending}\Z"), instead)
    for ending, instead in ((r"([bdfgklmnprst])\1", r"\1"), ("[sz]", ""), ("v", "f"))
]
#: Plurals that follow no rule.
IRREGULAR = {
    "fr": {"travaux": "travail", "baux": "bail", "yeux": "oeil"},
    "nl": {"kinderen": "kind", "kleinkinderen": "kleinkind"},
}


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word where it stands in a text."""

    stem: str  # token
    form: str  # token
    start: int
    end: int


def words_of(text, language):
    """Return the words of a text, as FoundWords, without those that stand everywhere."""
    return [word for word in all_words_of(text, language) if word.form[1:] not in STOP_WORDS.get(language, ())]


def words_of_name(text, language):
    """Return the words of a name, or of a question: little words count where there are no others ("Wie zijn we")."""
    return words_of(text, language) or all_words_of(text, language)


def all_words_of(text, language):
    found = []
    for match in WORD.finditer(text):
        tokens = tokens_of(match[0], language)
        if tokens:
            found.append(FoundWord(*tokens, match.start(), match.end()))
    return found


@lru_cache(maxsize=100_000)
def tokens_of(written, language):
    """Return (stem, form) of a word as it is written, None for what is none."""
    # What follows a mark of inclusive writing, or an apostrophe inside, is an ending.
    beginning = END_OF_WORD.split(written.translate(INVISIBLE))[0]
    word = sort_key(beginning, length=None).replace(" ", "")[:LONGEST_WORD]
    if not word:
        return None
    return f"s{plain(stem(word, language))}", f"w{plain(word)}"


def plain(word):
    """Return a folded word in ASCII: letters of other scripts by their numbers, so that beginnings stay beginnings."""
    return word if word.isascii() else "x" + "".join(f"{ord(letter):04x}" for letter in word)


def stem(word, language):
    """Return what is the same in all forms of a folded word."""
    word = IRREGULAR.get(language, {}).get(word, word)
    if language == "fr":
        for ending, instead in FRENCH_ENDINGS:
            word = ending.sub(instead, word)
        return STEMMERS["fr"].stemWord(word)
    if language == "nl":
        word = STEMMERS["nl"].stemWord(re.sub(r"centra\Z", "centrum", word))
        for ending, instead in DUTCH_ENDINGS:
            word = ending.sub(instead, word)
    return word
