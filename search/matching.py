"""How the database is asked for words: SQLite's FTS5 and PostgreSQL's tsvector behind one lookup."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Lookup

FTS_TABLE = "search_words"
VECTOR_COLUMN = "vector"


@dataclass(frozen=True, slots=True)
class Token:
    """A token that an entry must have; with `begins`: or one that begins so."""

    text: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """Entries that every part is found in."""

    parts: tuple


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Entries that one of the parts is found in."""

    parts: tuple


def for_sqlite(condition):
    """Return a condition as FTS5 reads it."""
    if isinstance(condition, Token):
        return f'"{condition.text}"' + ("*" if condition.begins else "")
    joint = " AND " if isinstance(condition, AllOf) else " OR "
    return f"({joint.join(for_sqlite(part) for part in condition.parts)})"


def for_postgresql(condition):
    """Return a condition as to_tsquery reads it."""
    if isinstance(condition, Token):
        return condition.text + (":*" if condition.begins else "")
    joint = " & " if isinstance(condition, AllOf) else " | "
    return f"({joint.join(for_postgresql(part) for part in condition.parts)})"


class IndexedWordsField(models.TextField):
    """Tokens that the database keeps an index of; the migration makes it, and the database itself keeps it in step."""


@IndexedWordsField.register_lookup
class Matches(Lookup):
    """`words__match=condition`: the rows whose tokens fulfil a condition made of Token, AllOf and AnyOf.

    Or the name of a column that holds one token, as `OuterRef("form")`.
    Tokens come from search/words.py and nowhere else: letters and digits, nothing that either database would read.
    """

    lookup_name = "match"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        write = for_sqlite if connection.vendor == "sqlite" else for_postgresql
        return "%s", [write(value)]

    def _column(self, compiler, name):
        return f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{compiler.connection.ops.quote_name(name)}"

    def as_sqlite(self, compiler, connection):
        condition, params = self.process_rhs(compiler, connection)
        rows = f"SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH {condition}"
        return f"{self._column(compiler, 'id')} IN ({rows})", params

    def as_postgresql(self, compiler, connection):
        condition, params = self.process_rhs(compiler, connection)
        return f"{self._column(compiler, VECTOR_COLUMN)} @@ to_tsquery('simple', {condition})", params
