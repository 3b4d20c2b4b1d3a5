"""Measures the search with 100 and with 50,000 texts: a rare word, one that is everywhere. See README.md."""

import datetime
import random
import statistics
import sys
from time import perf_counter, process_time
from types import SimpleNamespace

from run import ROOT, Measured, Reader, arguments, measure, profile, table, throw_away_site, weight_of_files

SIZES = (100, 50_000)
BATCH = 1_000
#: So many texts hold the rare word at either size, and all hold the other one.
RARE, WITH_RARE, EVERYWHERE = "gloriette", 50, "asile"
VOCABULARY, WORDS_OF_A_TEXT = 20_000, 220
# What the design asks for, as at most so many times a hello view: 0.05 × and 0.015 × its requests a second.
FLOOR_RARE, FLOOR_EVERYWHERE = 1 / 0.05, 1 / 0.015
MOST_QUERIES = 12
ROUNDS = 40


def vocabulary():
    """Return invented words, the first of which come up most."""
    pick = random.Random(7)
    syllables = [
        f"{consonant}{vowel}" for consonant in "bcdfglmnprstv" for vowel in ("a", "e", "i", "o", "u", "on", "é")
    ]
    return ["".join(pick.choices(syllables, k=pick.randrange(2, 5))) for _word in range(VOCABULARY)]


def grow_to(wanted, words):
    """Add texts to the index, made by the code that indexes, but without the content that they would be of."""
    from django.db import connection

    from search.indexing import add_words, correct_words
    from search.models import IndexEntry

    for start in range(IndexEntry.objects.count(), wanted, BATCH):
        pick = random.Random(start)
        made = [entry(number, words, pick) for number in range(start, min(start + BATCH, wanted))]
        IndexEntry.objects.bulk_create(made)
    add_words({key: value for word in words for key, value in correct_words("fr", document(0, word, [])).items()})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def entry(number, words, pick):
    from publications.models import Publication
    from search.indexing import entry_of

    # Words come up as in a language: few of them often, most of them hardly ever.
    chosen = [words[int(len(words) * pick.random() ** 4)] for _word in range(WORDS_OF_A_TEXT)]
    return entry_of(Publication(pk=number + 1), "fr", document(number, f"Guide {chosen[0]}", chosen), None)


def document(number, title, words):
    from django.utils import timezone

    from search.sources import Document

    row = SimpleNamespace(
        publish_from=timezone.now() - datetime.timedelta(days=1, minutes=number),
        heading=title,
        heading_lang="fr",
        title=title,
        title_lang="fr",
        slug=f"guide-{number}",
    )
    rare = f" {RARE}" if number < WITH_RARE else ""
    text = f"{' '.join(words[20:])} {EVERYWHERE}{rare}."
    return Document(row, None, names=[title], summary=" ".join(words[:20]), text=[text])


def pages():
    """Return the pages to measure."""
    return [
        Measured("rare word", f"/fr/recherche/?q={RARE}", MOST_QUERIES, FLOOR_RARE),
        Measured("everywhere", f"/fr/recherche/?q={EVERYWHERE}", MOST_QUERIES, FLOOR_EVERYWHERE),
        Measured("both", f"/fr/recherche/?q={EVERYWHERE}+{RARE}", MOST_QUERIES),
        Measured("one kind, page 3", f"/fr/recherche/?q={RARE}&kind=publication&page=3", MOST_QUERIES),
        Measured("beginning", f"/fr/recherche/?q={RARE[:5]}", MOST_QUERIES),
        Measured("misspelt", f"/fr/recherche/?q={RARE[:-3]}zte", MOST_QUERIES + 4),
    ]


def database_time(reader, address):
    """Return how many milliseconds the database takes for a page: the least of some rounds, as others use it too."""
    from django.db import connection

    times = []
    for _round in range(ROUNDS):
        taken = [0.0]

        def watch(execute, sql, params, many, context, taken=taken):
            start = perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                taken[0] += perf_counter() - start

        with connection.execute_wrapper(watch):
            reader.get(address)
        times.append(taken[0])
    return min(times) * 1000


def main():
    given = arguments()
    with throw_away_site(given.postgres):
        from django.db import connection

        reader, words = Reader(process_time if given.cpu else perf_counter), vocabulary()
        times = {}
        for size in SIZES:
            grow_to(size, words)
            measured = pages()
            if given.profile:
                profile(reader, next(page for page in measured if page.name == given.profile))
                continue
            measure(reader, measured, given.seconds)
            hello = statistics.median(time for page in measured for time in page.hello)
            print(
                f"\n{size:,} texts, {connection.vendor}; hello view {hello * 1000:.2f} ms; "
                f"median of {len(measured[0].hello)} rounds; made and kept: × hello view"
            )
            print("\n".join(table(measured, weight_of_files(measured[0].body))))
            times[size] = {page.name: database_time(reader, page.address) for page in measured}
            spent = ", ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in times[size].items())
            print(f"time of the database: {spent}", flush=True)
        if len(times) == len(SIZES):
            few, many = (times[size]["rare word"] for size in SIZES)
            print(f"\nrare word with {SIZES[1]:,} / with {SIZES[0]} texts, time of the database: {many / few:.2f}")


if __name__ == "__main__":
    # Before this folder, whose file has the name of the app that it measures.
    sys.path.insert(0, str(ROOT))
    main()
