"""Finding the words of the glossary in a plain text: longest first, whole words, precision before recall.

Nothing here knows Django or HTML. A `Lexicon` is made once from all expressions of one language, and then finds them in
any number of texts; what it costs depends on the length of the text, not on the number of expressions.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from content.folding import APOSTROPHES
from glossary.surroundings import Surroundings
from glossary.wording import ARTICLES, WORD, forms_of_word, is_fixed, key_of, words_in

HYPHENS = "-‐‑"
#: What may stand between two words of an expression, beside blanks.
JOINTS = f"{HYPHENS}'’"


@dataclass(frozen=True)
class Expression:
    """What is looked for: `text`, and what it stands for (`target`; None: a name or another meaning, never linked).

    `exact`: only written just so, as abbreviations and names are: MENA, not "mena".
    """

    text: str
    target: object
    exact: bool = False

    def fits(self, written):
        return not self.exact or same_writing(self.text, written.removesuffix("'s").removesuffix("’s"))


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
    """All expressions of one language, as a tree of words.

    A branch of the tree is a set of forms, not a form: an expression of five words with ten forms each is five nodes.
    """

    def __init__(self, expressions, language):
        self.language = language
        self._root = _Node()
        self._branches = {}  # {set of forms: its number}
        self._branches_of = defaultdict(list)  # {form: numbers of the sets that hold it}
        for expression in expressions:
            self._add(expression)

    def _add(self, expression):
        node, before = self._root, None
        found_words = list(WORD.finditer(expression.text))
        if not expression.exact and all(is_fixed(found[0], self.language) for found in found_words):
            return  # signs, or little words only: nothing that a text can be searched for
        for found in found_words:
            forms = self._forms(found[0], exact=expression.exact)
            # "sans-papiers" is not "sans papiers"; after all other words a blank is as good as a hyphen.
            needs_hyphen = before is not None and is_fixed(before[0], self.language)
            needs_hyphen = needs_hyphen and has_hyphen(expression.text[before.end() : found.start()])
            node = node.children.setdefault((self._branch(forms), needs_hyphen), _Node())
            before = found
        if before is not None:
            node.expressions.append(expression)

    def _forms(self, word, *, exact):
        if not exact:
            return forms_of_word(word, self.language)
        key = key_of(word, self.language)
        # A Dutch abbreviation has a plural: OCMW’s.
        return frozenset([key, f"{key}'s"] if self.language == "nl" else [key])

    def _branch(self, forms):
        number = self._branches.get(forms)
        if number is None:
            number = self._branches[forms] = len(self._branches)
            for form in forms:
                self._branches_of[form].append(number)
        return number

    def find(self, text):
        """Return all Found in a text, in order, none inside another; those without a target are left out.

        A new line is the end of a paragraph: nothing is found across it.
        """
        words = words_in(text, self.language)
        surroundings = Surroundings(text, words, self.language)
        found = []
        for first, last, expressions in self._expressions_in(text, words):
            targets = tuple(dict.fromkeys(expression.target for expression in expressions))
            if not has_no_target(expressions) and surroundings.allow(first, last, expressions):
                found.append(Found(words[first][1], words[last][2], targets))
        return found

    def targets_in(self, text):
        """Return the targets of all that stands in a text, wherever and however, names included, as a set."""
        words = words_in(text, self.language)
        targets = {one.target for _first, _last, found in self._expressions_in(text, words) for one in found}
        return targets - {None}

    def holds(self, text):
        """Whether an expression with a target stands in a text, wherever and however."""
        return bool(self.targets_in(text))

    def _expressions_in(self, text, words):
        """Yield (first word, last word, the expressions) of all that stand in a text, longest first."""
        number = 0
        while number < len(words):
            length, expressions = self._chosen(text, words, number)
            if length:
                yield number, number + length - 1, expressions
            number += length or 1

    def _chosen(self, text, words, first):
        """Return (how many words, the expressions) of what begins at a word; (0, []).

        The longest; but "éloignement de", which means something else, does not before a word of the glossary:
        "éloignement des demandeurs d’asile".
        """
        candidates = self._all_from(text, words, first)
        if not candidates:
            return 0, []
        length, expressions = candidates[-1]
        if len(candidates) > 1 and has_no_target(expressions) and not has_no_target(candidates[-2][1]):
            last = first + length - 1
            if is_fixed(written(text, words, last), self.language) and self._leads_to_one(text, words, last):
                return candidates[-2]
        return length, expressions

    def _leads_to_one(self, text, words, last):
        """Whether a word of the glossary follows a word, at most an article between."""
        number = last + 1 + (written(text, words, last + 1) in ARTICLES[self.language])
        following = self._all_from(text, words, number)
        if not following or has_no_target(following[-1][1]):
            return False
        return all(joins(text[words[one - 1][2] : words[one][1]]) for one in range(last + 1, number + 1))

    def _all_from(self, text, words, first):
        """Return a list of (how many words, the expressions) of all that begin at a word, the longest last."""
        fitting, nodes = [], [self._root]
        for number in range(first, len(words)):
            word, start, end = words[number]
            between = text[words[number - 1][2] : start] if number > first else ""
            if number > first and not joins(between):
                break
            hyphens = (False, True) if has_hyphen(between) else (False,)
            steps = [(branch, hyphen) for branch in self._branches_of.get(word, ()) for hyphen in hyphens]
            nodes = [node.children[step] for node in nodes for step in steps if step in node.children]
            if not nodes:
                break
            ending = [expression for node in nodes for expression in node.expressions]
            here = [expression for expression in ending if expression.fits(text[words[first][1] : end])]
            if not here and number > first:
                # A name of several words is that name however its letters are written.
                here = [expression for expression in ending if expression.target is None]
            if here:
                fitting.append((number - first + 1, here))
        return fitting


def written(text, words, number):
    """Return a word as it stands in the text; "" behind the last one."""
    return text[words[number][1] : words[number][2]] if number < len(words) else ""


def has_no_target(expressions):
    """Whether one of these is a name or another meaning, so that none is linked; or there are none."""
    return not expressions or any(expression.target is None for expression in expressions)


def joins(between):
    """Whether the words around this belong together: a blank, a hyphen or an apostrophe, but no dash, no new line."""
    return bool(between) and "\n" not in between and not (between[1:] if between[0] in JOINTS else between).strip()


def has_hyphen(between):
    return between[:1] in HYPHENS if between else False


def same_writing(one, other):
    """Whether two texts are written alike, whatever their apostrophes and blanks."""
    return one == other or " ".join(one.translate(APOSTROPHES).split()) == " ".join(
        other.translate(APOSTROPHES).split()
    )
