"""One folding of words for ordering, finding and searching: accents, case, œ, ’, inclusive marks, white space."""

import re
import unicodedata

# Letters that NFKD leaves whole.
LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))

# French inclusive writing: réfugié·e·s, réfugié.e, réfugié(e)s. The endings are those in use for "point médian";
# a full stop counts as a mark only before one of them, so that "cire.be" stays two words.
ENDINGS = "e|s|es|x|ne|nes|le|les|te|tes|se|ses|ve|ves|ere|eres|ice|ices|rice|rices|euse|euses"
MIDDLE_DOT = re.compile(r"(?<=\w)[·∙•‧⋅・](?=\w)")
FULL_STOP = re.compile(rf"(?<=[^\W\d_])\.(?=(?:{ENDINGS})\b)")
BRACKETS = re.compile(rf"(?<=[^\W\d_])\(({ENDINGS})\)")
NOT_A_WORD = re.compile(r"[^\w]+|_+")


def one_line(text):
    """Return a text, or nothing, with its white space in one."""
    return " ".join((text or "").split())


def fold(text):
    """Return `text` lower-case and without accents, ligatures, typographic apostrophes and inclusive marks.

    "Réfugié·e·s", "réfugié.e.s" and "REFUGIÉ(E)S" all give "refugiees"; "Œuvre" gives "oeuvre".
    """
    text = text.translate(LIGATURES).translate(APOSTROPHES)
    # Middle dots first: some of them are punctuation that NFKD would replace.
    text = MIDDLE_DOT.sub("", text)
    decomposed = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    text = FULL_STOP.sub("", text)
    return BRACKETS.sub(r"\1", text)


def sort_key(text, length=250):
    """Return the key by which `text` stands in an alphabetical list: folded words separated by one space.

    At most `length` characters: beyond that two titles are the same to a reader of a list.
    """
    return NOT_A_WORD.sub(" ", fold(text)).strip()[:length]
