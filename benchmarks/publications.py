"""Measures the list of publications with 14 and with 10,000: first, last, filtered and sorted pages. See README.md."""

import datetime
import random
import statistics
import sys
from time import perf_counter, process_time

from run import (
    FLOOR_LIST,
    LIST_QUERIES,
    ROOT,
    Content,
    Measured,
    Reader,
    arguments,
    measure,
    table,
    throw_away_site,
    weight_of_files,
)

BATCH = 1000


def grow_to(wanted, themes):
    """Add publications with texts, one or two editions and two themes each; straight into the tables, to be quick."""
    from django.db import connection
    from django.utils import timezone

    from content.folding import sort_key
    from content.language_fields import language_key
    from publications.models import Edition, Kind, Publication, PublicationTranslation

    begin = timezone.now() - datetime.timedelta(days=1)
    there = Publication.objects.count()
    for start in range(there, wanted, BATCH):
        numbers = range(start, min(start + BATCH, wanted))
        pick = random.Random(start)
        made = Publication.objects.bulk_create(
            Publication(
                kind=pick.choice([Kind.BROCHURE, Kind.GUIDE, Kind.STUDY, Kind.POSITION, Kind.LEAFLET]),
                published_on=str(pick.randrange(1990, 2027)) if number % 9 else "",
                law_as_of="2025" if number % 3 else "",
                no_longer_valid=number % 17 == 0,
            )
            for number in numbers
        )
        rows, editions, subjects = [], [], []
        for number, publication in zip(numbers, made, strict=True):
            for language in ("fr", "nl") if number % 5 else ("fr",):
                title = f"Publication {number:05} sur l’accueil ({language})"
                rows.append(
                    PublicationTranslation(
                        master=publication,
                        language_code=language,
                        title=title,
                        title_key=sort_key(title),
                        slug=f"publication-{number}-{language}",
                        summary="Une phrase qui dit ce que l’on y trouve, et pour qui. " * 2,
                        text_html="<p>Des associations défendent le droit d’asile.</p>" * 8,
                        publish_from=begin,
                    )
                )
            for languages in (["fr"], ["nl"]) if number % 2 else (["fr", "nl"],):
                editions.append(
                    Edition(
                        publication=publication,
                        languages=languages,
                        language_key=language_key(languages),
                        title=f"Publication {number}",
                        pages=24,
                    )
                )
            subjects += [
                Publication.themes.through(publication=publication, theme=theme) for theme in pick.sample(themes, 2)
            ]
        PublicationTranslation.objects.bulk_create(rows)
        Edition.objects.bulk_create(editions)
        Publication.themes.through.objects.bulk_create(subjects)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def pages(count, theme, language):
    """Return the pages to measure."""
    from django.urls import reverse
    from django.utils.translation import override

    with override(language):
        address = reverse("publications:list")
        last = -(-count // 20)
        return [
            Measured("first page", address, LIST_QUERIES, FLOOR_LIST),
            Measured("last page", f"{address}?page={last}", LIST_QUERIES, as_first=True),
            Measured("filtered by kind", f"{address}?kind=guide", LIST_QUERIES, as_first=True),
            Measured("by theme and language", f"{address}?theme={theme.shown.slug}&language=fr", LIST_QUERIES),
            Measured("only what holds", f"{address}?valid=1", LIST_QUERIES),
            Measured("by title", f"{address}?sort=title", LIST_QUERIES),
        ]


def main():
    given = arguments()
    with throw_away_site(given.postgres):
        from django.db import connection

        content, reader = Content(), Reader(process_time if given.cpu else perf_counter)
        for size in (14, 10_000):
            grow_to(size, content.themes)
            measured = pages(size, content.themes[0], given.language)
            measure(reader, measured, given.seconds)
            hello = statistics.median(time for page in measured for time in page.hello)
            print(
                f"\n{size} publications, {connection.vendor}, {given.language}; hello view {hello * 1000:.2f} ms; "
                f"median of {len(measured[0].hello)} rounds; made and kept: × hello view"
            )
            print("\n".join(table(measured, weight_of_files(measured[0].body))), flush=True)
            first, last = (statistics.median(page.times_made) for page in measured[:2])
            print(f"last page / first page: {last / first:.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
