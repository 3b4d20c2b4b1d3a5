"""Finding the words of the glossary in a plain text: longest first, whole words, precision before recall.

Nothing here knows Django or HTML. A `Lexicon` is made once from all expressions of one language, and then finds them in
any number of texts; what it costs depends on the length of the text, not on the number of expressions.
"""

import re
from dataclasses import dataclass, field

from content.folding import APOSTROPHES
from glossary.wording import forms_of_term, words_in

#: What may stand between the words of an expression: blanks, hyphens, an apostrophe, and the stroke of a line break.
BETWEEN = re.compile(r"[\s\u00a0\u202f]*[-‐‑’'\s\u00a0\u202f][\s\u00a0\u202f]*\Z")
SENTENCE_END = re.compile(r"[.!?…:;»«“”\"(\[•–—]\s*\Z|\A\s*\Z|\n\s*\Z")


@dataclass(frozen=True)
class Expression:
    """What is looked for: `text`, and what it stands for (`target`; None: a name or another meaning, never linked).

    `exact`: only written just so, as abbreviations and names are: MENA, not "mena"; no plural.
    """

    text: str
    target: object
    exact: bool = False


@dataclass(frozen=True)
class Found:
    """An expression in a text: from `start` to before `end`. Several targets share it (two terms, one abbreviation)."""

    start: int
    end: int
    targets: tuple


@dataclass
class _Node:
    children: dict = field(default_factory=dict)
    expressions: list = field(default_factory=list)


class Lexicon:
    """All expressions of one language, as a tree of words."""

    def __init__(self, expressions, language):
        self.language = language
        self.root = _Node()
        for expression in expressions:
            self._add(expression)

    def _add(self, expression):
        steps = forms_of_term(expression.text, self.language)
        if not steps:
            return  # only signs: nothing that a text can be searched for
        if expression.exact:
            steps = tuple(frozenset([word]) for word, _start, _end in words_in(expression.text))
        nodes = [self.root]
        for forms in steps:
            nodes = [node.children.setdefault(form, _Node()) for node in nodes for form in forms]
        for node in nodes:
            node.expressions.append(expression)

    def find(self, text):
        """Return all Found in a text, in order, none inside another; those without a target are left out."""
        words = words_in(text)
        found, number = [], 0
        while number < len(words):
            length, expressions = self._longest(text, words, number)
            if not length:
                number += 1
                continue
            start, end = words[number][1], words[number + length - 1][2]
            targets = tuple(dict.fromkeys(expression.target for expression in expressions))
            if None not in targets and not is_part_of_a_name(text, start, end, expressions):
                found.append(Found(start, end, targets))
            number += length
        return found

    def _longest(self, text, words, first):
        """Return (how many words, the expressions) of the longest one that begins at a word; (0, [])."""
        best, node = (0, []), self.root
        for number in range(first, len(words)):
            if number > first and not BETWEEN.match(text, words[number - 1][2], words[number][1]):
                break
            node = node.children.get(words[number][0])
            if node is None:
                break
            written = text[words[first][1] : words[number][2]]
            fitting = [one for one in node.expressions if not one.exact or same_writing(one.text, written)]
            if fitting:
                best = (number - first + 1, fitting)
        return best


def same_writing(one, other):
    """Whether two texts are written alike, whatever their apostrophes and blanks."""
    return one == other or " ".join(one.translate(APOSTROPHES).split()) == " ".join(
        other.translate(APOSTROPHES).split()
    )


def is_part_of_a_name(text, start, end, expressions):
    """Whether capital letters say that the words are (part of) a name, which is never linked.

    "Asile" in "Coordination Asile et Migrations" is; at the beginning of a sentence a capital says nothing. An
    expression that is written with capitals itself (Convention de Genève, MENA) is one whatever stands beside it.
    """
    written = text[start:end]
    if not written[:1].isupper() or any(one.text[:1].isupper() for one in expressions):
        return False
    if written.isupper() and len(written) > 1:
        return not text.isupper()
    return not SENTENCE_END.search(text, 0, start) or followed_by_capital(text, end)


def followed_by_capital(text, end):
    """Whether the next word, with nothing but a blank before it, begins with a capital."""
    rest = text[end : end + 2]
    return len(rest) == 2 and rest[0] in " \u00a0" and rest[1].isupper()
