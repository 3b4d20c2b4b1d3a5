"""What every object of an HSDS document is made of: identifiers that stay, fields that say something, attributes.

Objects stand inside those that they belong to, so none repeats whose it is.
"""

import uuid
from functools import lru_cache

from content.languages import current_language

#: What our identifiers of terms are made from; never to be changed.
TERMS = uuid.UUID("6d0c9a4e-6f2b-4b5f-9d51-0a4b6b0c7e15")


def known(**fields):
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def part_id(owner, *names):
    """Return the identifier of a part: the same for the same part of the same owner, in every language."""
    return str(uuid.uuid5(owner if isinstance(owner, uuid.UUID) else uuid.UUID(owner), " ".join(map(str, names))))


# --- Attributes: what HSDS has no field for ----------------------------------------------------------------------


def choice(owner, taxonomy, value):
    """Return the attribute of one of a model's TextChoices."""
    return attribute(owner, taxonomy, value.value, label(value))


def label(value):
    """Return a TextChoices' word in the reader's language; a document says the same few of them thousands of times."""
    return label_in(value, current_language())


@lru_cache(maxsize=1000)
def label_in(value, language):
    """Return the word, of which `language`, the reader's, is a part only of the key."""
    return str(value.label)


def attribute(owner, taxonomy, code, name, language=None):
    """Return the link to a term of one of our taxonomies; `language`: that of the name, by default the document's."""
    term = known(
        id=term_id(taxonomy, code), code=code, name=name, description=name, taxonomy=taxonomy, language=language
    )
    return {"id": part_id(owner, "attribute", taxonomy, code), "link_type": taxonomy, "taxonomy_term": term}


@lru_cache(maxsize=1000)
def term_id(taxonomy, code):
    return part_id(TERMS, taxonomy, code)


def value_attribute(owner, kind, value):
    """Return an attribute that has a value and is no term."""
    return {"id": part_id(owner, "attribute", kind), "link_type": kind, "value": value}


def foreign(owner, language):
    """Return the mark of a text that is not in the language of its document, [] for one that is."""
    return [value_attribute(owner, "language", language)] if language != current_language() else []


def text_languages(owner, row):
    """Return the marks of the texts of a row and, where it has a language of its own, of its name."""
    name = [value_attribute(owner, "name_language", row.title_lang)] if row.title_language else []
    return foreign(owner, row.language_code) + name
