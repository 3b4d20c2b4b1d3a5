"""The words of the sample glossary as what texts are searched for, made without a database."""

from pathlib import Path

import yaml

from addresses.gazetteer import place_names
from glossary.linking import without_brackets
from glossary.matching import Expression, Lexicon

HERE, SITE = Path(__file__).parent, Path(__file__).parents[2]
TERMS = yaml.safe_load((SITE / "glossary/sample/glossary.yaml").read_text())
SENTENCES = yaml.safe_load((HERE / "sentences.yaml").read_text())


def sample_names():
    """Return the titles of the sample content and all places, as settings.NAMES gives them."""
    found = set(place_names())
    for app in ("organisations", "networks", "groups", "publications"):
        for path in (SITE / app / "sample").glob("*.yaml"):
            entries = yaml.safe_load(path.read_text())
            found |= {row["title"] for entry in entries for row in entry["texts"].values()}
    terms = {without_brackets(row["title"]) for term in TERMS for row in term["texts"].values()}
    return found - terms


def sample_lexicon(language, *more):
    """Return the Lexicon of the sample glossary in one language, with `more` expressions."""
    expressions = []
    for term in TERMS:
        row = term["texts"].get(language)
        if row is None:
            continue
        expressions.append(Expression(without_brackets(row["title"]), term["key"]))
        if row.get("abbreviation") and row.get("abbreviation_is_linked", True):
            expressions.append(Expression(row["abbreviation"], term["key"], exact=True))
        for word in term.get("words", []):
            if word["language"] == language:
                expressions.append(Expression(word["text"], term["key"] if word["kind"] == "synonym" else None))
    expressions += [Expression(name, None, exact=True) for name in sample_names()]
    return Lexicon([*expressions, *more], language)


def found_in(text, lexicon):
    """Return {words: target} of what is found in a text."""
    return {text[found.start : found.end]: found.targets[0] for found in lexicon.find(text)}
