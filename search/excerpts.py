"""A few words of a text around what was looked for, with the words marked."""

import re
from dataclasses import dataclass

from glossary.wording import WORD
from search.words import all_words_of, tokens_of

LONGEST = 220
BEFORE = 60
#: How many words of a long text are looked at; after that its beginning is shown.
MOST_LOOKED_AT = 40_000


@dataclass(frozen=True)
class Piece:
    """A piece of an excerpt."""

    text: str
    is_marked: bool = False


class Marker:
    """What is marked for a question: words in any of its ways, words that begin as its last."""

    def __init__(self, question):
        ways = [way for part in question.parts for way in part.ways]
        self.language = question.language
        self.stems = {stem for way in ways for stem in way.stems}
        self.beginnings = tuple(way.beginning for way in ways if way.beginning)

    def is_meant(self, stem, form):
        return stem in self.stems or form.startswith(self.beginnings or ("-",))

    def places(self, text):
        """Return [(start, end)] of the words that are meant."""
        found = all_words_of(text, self.language)
        return [(word.start, word.end) for word in found if self.is_meant(word.stem, word.form)]

    def first_place(self, text):
        """Return where the first word that is meant begins in a long text, None where it is not found."""
        for number, match in enumerate(WORD.finditer(text)):
            if number == MOST_LOOKED_AT:
                return None
            tokens = tokens_of(match[0], self.language)
            if tokens and self.is_meant(*tokens):
                return match.start()
        return None

    def pieces(self, text):
        """Return a text as Pieces."""
        pieces, end = [], 0
        for start, stop in self.places(text):
            pieces += [Piece(text[end:start]), Piece(text[start:stop], is_marked=True)]
            end = stop
        return [piece for piece in [*pieces, Piece(text[end:])] if piece.text]

    def excerpt(self, *texts):
        """Return the Pieces of the best part of some texts: that of the first in which a word is meant.

        Where none is, the beginning of the first that there is; [] where there is none.
        """
        for text in texts:
            place = self.first_place(text)
            if place is not None:
                return self.pieces(around(text, place))
        first = next(filter(None, texts), "")
        return [Piece(around(first, 0))] if first else []


def around(text, place):
    """Return the part of a text around a place, whole words, with an ellipsis where something is left out."""
    start = 0 if place <= BEFORE else text.rfind(" ", 0, place - BEFORE // 2) + 1
    if place > BEFORE:
        # From the beginning of the sentence, if that is near.
        sentence = max((match.end() for match in re.finditer(r"[.!?…:]\s+|\n", text[:place])), default=0)
        start = sentence if place - sentence <= 2 * BEFORE else start
    end = len(text) if len(text) - start <= LONGEST else text.rfind(" ", start, start + LONGEST)
    end = start + LONGEST if end <= start else end
    part = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{part}{' …' if end < len(text) else ''}"
