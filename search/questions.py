"""What a reader asks for, understood: whatever was typed becomes words, and nothing of it a command."""

from dataclasses import dataclass

from search.matching import AllOf, AnyOf, Token
from search.words import words_of_name

MOST_WORDS = 12
#: With fewer letters the last word is not taken for a beginning.
SHORTEST_BEGINNING = 3
#: How much another word of the glossary, and the beginning of a word, count beside the word itself.
AS_MEANT, AS_BEGUN = 0.6, 0.7


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a part of the question may stand in a text: words in any form, or a word that begins so."""

    stems: tuple = ()
    weight: float = 1
    beginning: str = ""

    @property
    def condition(self):
        if self.beginning:
            return Token(self.beginning, begins=True)
        return AllOf(tuple(Token(stem) for stem in dict.fromkeys(self.stems)))


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the question, or several that are one expression, with all ways in which it may be found."""

    ways: tuple

    @property
    def condition(self):
        return AnyOf(tuple(way.condition for way in self.ways))


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for among the texts of one language."""

    language: str
    words: tuple  # FoundWords; none where only another language has words for it
    parts: tuple

    @property
    def stems(self):
        return tuple(word.stem for word in self.words)

    @property
    def begun(self):
        """The stems, the last as far as it has been typed; "" for one word."""
        if len(self.words) < 2:
            return ""
        return " ".join([*self.stems[:-1], f"s{self.words[-1].form[1:]}"])

    @property
    def every_part(self):
        """The condition on entries that have all of it."""
        return AllOf(tuple(part.condition for part in self.parts))

    @property
    def any_part(self):
        """The condition on entries that have something of it."""
        return AnyOf(tuple(part.condition for part in self.parts))


def understand(text, language, vocabulary):
    """Return the Question that a text asks of the texts of one language; None where it holds no word to look for."""
    words = words_of_name(text, language)[:MOST_WORDS]
    parts, taken = [], 0
    for start, end, terms in [*vocabulary.terms_in(text), (len(text), len(text), set())]:
        before = [word for word in words[taken:] if word.start < start]
        parts += [part_of_word(word, words) for word in before]
        inside = [word for word in words[taken + len(before) :] if word.start < end]
        taken += len(before) + len(inside)
        if part := part_of_terms(inside, words, vocabulary.offered(terms, language)):
            parts.append(part)
    return Question(language, tuple(words), tuple(parts)) if parts else None


def part_of_word(word, words):
    return Part((Way((word.stem,)), *begun(word, words)))


def part_of_terms(inside, words, others):
    """Return the part that words of the glossary are, found by all `others` that mean the same; None for none."""
    own = tuple(word.stem for word in inside)
    ways = [Way(own)] if own else []
    if len(inside) == 1:
        ways += begun(inside[0], words)
    ways += [Way(stems, AS_MEANT) for stems in others if stems != own]
    return Part(tuple(ways)) if ways else None


def begun(word, words):
    """Return the ways in which the last word of a question may be the beginning of one, as it is being typed."""
    if word is not words[-1] or len(word.form) - 1 < SHORTEST_BEGINNING:
        return []
    return [Way(beginning=word.form, weight=AS_BEGUN)]
