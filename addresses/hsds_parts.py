"""What every object of an HSDS document is made of: identifiers that stay, fields that say something, attributes."""

import uuid

from content.languages import current_language

#: What our identifiers of terms are made from; never to be changed.
TERMS = uuid.UUID("6d0c9a4e-6f2b-4b5f-9d51-0a4b6b0c7e15")


def known(**fields):
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def part_id(owner, *names):
    """Return the identifier of a part: the same for the same part of the same owner, in every language."""
    return str(uuid.uuid5(uuid.UUID(str(owner)), " ".join(map(str, names))))


# --- Attributes: what HSDS has no field for ----------------------------------------------------------------------


def attribute(owner, entity, taxonomy, code, name, language=None):
    """Return a link from a thing to a term of one of our taxonomies; see docs/open-data.md for them."""
    term = {
        "id": part_id(TERMS, taxonomy, code),
        "code": code,
        "name": name,
        "description": name,
        "taxonomy": taxonomy,
        "language": language or current_language(),
    }
    return {
        "id": part_id(owner, "attribute", taxonomy, code),
        "link_id": owner,
        "link_type": taxonomy,
        "link_entity": entity,
        "taxonomy_term": term,
    }


def choice(owner, entity, taxonomy, value):
    """Return the attribute of one of a model's TextChoices."""
    return attribute(owner, entity, taxonomy, value.value, str(value.label))


def value_attribute(owner, entity, kind, value):
    """Return an attribute that has a value and is no term."""
    return {
        "id": part_id(owner, "attribute", kind),
        "link_id": owner,
        "link_type": kind,
        "link_entity": entity,
        "value": value,
    }


def foreign(owner, entity, language):
    """Return the mark of a text that is not in the language of its document, [] for one that is."""
    return [value_attribute(owner, entity, "language", language)] if language != current_language() else []


def text_languages(owner, entity, row):
    """Return the marks of the texts of a row and, where it has a language of its own, of its name."""
    name = [value_attribute(owner, entity, "name_language", row.title_lang)] if row.title_language else []
    return foreign(owner, entity, row.language_code) + name
