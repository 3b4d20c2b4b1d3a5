"""What the databases find words by: SQLite's FTS5, kept in step by triggers; PostgreSQL's tsvector, by itself."""

from django.db import migrations

SQLITE = (
    # Its text is that of the entries: nothing is stored twice. "ascii": tokens are letters and digits already.
    "CREATE VIRTUAL TABLE search_words USING fts5("
    "words, content='search_indexentry', content_rowid='id', tokenize='ascii', detail='none')",
    "CREATE TRIGGER search_words_insert AFTER INSERT ON search_indexentry BEGIN "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_words_delete AFTER DELETE ON search_indexentry BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_words_update AFTER UPDATE OF id, words ON search_indexentry BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
)
SQLITE_BACK = (
    "DROP TRIGGER search_words_update",
    "DROP TRIGGER search_words_delete",
    "DROP TRIGGER search_words_insert",
    "DROP TABLE search_words",
)
POSTGRESQL = (
    "ALTER TABLE search_indexentry ADD COLUMN vector tsvector "
    "GENERATED ALWAYS AS (strip(to_tsvector('pg_catalog.simple', words))) STORED",
    "CREATE INDEX search_indexentry_vector ON search_indexentry USING gin (vector)",
)
POSTGRESQL_BACK = (
    "DROP INDEX search_indexentry_vector",
    "ALTER TABLE search_indexentry DROP COLUMN vector",
)


def run(sqlite, postgresql):
    def execute(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in sqlite if vendor == "sqlite" else postgresql:
            schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(run(SQLITE, POSTGRESQL), run(SQLITE_BACK, POSTGRESQL_BACK))]
