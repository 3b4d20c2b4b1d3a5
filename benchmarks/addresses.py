"""Measures the list of useful addresses with 30 and with 5,000: nearest first, filtered, open now. See README.md."""

import datetime
import random
import statistics
import sys
from time import perf_counter, process_time

from run import (
    FLOOR_LIST,
    LIST_QUERIES,
    ROOT,
    Measured,
    Reader,
    arguments,
    measure,
    profile,
    table,
    throw_away_site,
    weight_of_files,
)

BATCH = 500
SIZES = (30, 5_000)
WEEKS = (
    {day: "9:00-12:00, 13:30-17:00" for day in ("mo", "tu", "we", "th", "fr")},
    {"mo": "9:00-12:00", "th": "13:00-16:00"},
    dict.fromkeys(("mo", "tu", "we", "th", "fr", "sa", "su"), "20:00-8:00+1"),
)
DETAIL_QUERIES = 12


def grow_to(wanted):
    """Add addresses with texts, desks, a phone, needs and checks; straight into the tables, to be quick."""
    from django.db import connection

    from addresses.models import Address, Category

    there = Address.objects.count()
    categories = list(Category.objects.all())
    for start in range(there, wanted, BATCH):
        add(range(start, min(start + BATCH, wanted)), categories, random.Random(start))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def add(numbers, categories, pick):
    from addresses import gazetteer
    from addresses.models import Address, Phone
    from content.language_fields import language_key

    communes = list(gazetteer.communes().values())
    # Half of them in Brussels and around, as with us; the others all over the country.
    near = [commune for commune in communes if not commune.province]
    made = []
    for number in numbers:
        commune = pick.choice(near if number % 2 else communes)
        languages = pick.sample(["fr", "nl", "en", "ar", "fa", "ps", "so", "ti", "tr", "uk"], 3)
        made.append(
            Address(
                postcode=commune.postcodes[0],
                commune_nis=commune.nis,
                papers=pick.choice(["not_asked", "asked", "unknown"]),
                cost=pick.choice(["free", "paid", "unknown"]),
                step_free=pick.choice(["yes", "no", "unknown"]),
                languages=languages,
                language_key=language_key(languages),
            )
        )
    Address.objects.bulk_create(made)
    needs = [
        Address.categories.through(address=address, category=category)
        for address in made
        for category in pick.sample(categories, 2)
    ]
    Address.categories.through.objects.bulk_create(needs)
    Phone.objects.bulk_create(
        Phone(address=address, number="02 000 00 00", digits="+3220000000", label={}) for address in made
    )
    add_texts(made, numbers)
    add_hours(made, pick)
    add_checks(made, pick)


def add_texts(made, numbers):
    from django.utils import timezone

    from addresses.models import AddressTranslation
    from content.folding import sort_key

    begin = timezone.now() - datetime.timedelta(days=1)
    rows = []
    for number, address in zip(numbers, made, strict=True):
        for language in ("fr", "nl") if number % 5 else ("fr",):
            title = f"Permanence {number:05} pour l’accueil ({language})"
            rows.append(
                AddressTranslation(
                    master=address,
                    language_code=language,
                    title=title,
                    title_key=sort_key(title),
                    slug=f"permanence-{number}-{language}",
                    summary="Une phrase qui dit ce que l’on y trouve, et pour qui. " * 2,
                    street=f"rue de l’Exemple {number % 200 + 1}",
                    publish_from=begin,
                )
            )
    AddressTranslation.objects.bulk_create(rows)


def add_hours(made, pick):
    from addresses.models import Access, Audience, Desk, OpenPeriod, SpecialDay
    from addresses.opening import open_periods

    desks = Desk.objects.bulk_create(
        Desk(
            address=address,
            access=pick.choice([Access.WALK_IN, Access.WALK_IN, Access.APPOINTMENT]),
            audience=audience,
            hours_kind="weekly",
            week=pick.choice(WEEKS),
            label={},
            note={},
        )
        for address in made
        for audience in (Audience.EVERYONE, pick.choice([Audience.EVERYONE, Audience.WOMEN, Audience.MINORS]))
    )
    today = datetime.date.today()
    days = SpecialDay.objects.bulk_create(
        SpecialDay(address=address, starts=day, ends=day, reason={})
        for address in made
        for day in (today + datetime.timedelta(days=pick.randrange(-30, 60)),)
    )
    for address in made:
        mine = [desk for desk in desks if desk.address_id == address.pk]
        OpenPeriod.objects.bulk_create(open_periods(mine, [day for day in days if day.address_id == address.pk]))


def add_checks(made, pick):
    from django.utils import timezone

    from addresses.models import Check

    now = timezone.now()
    Check.objects.bulk_create(
        Check(
            address=address,
            how="call",
            result=pick.choice(["right", "right", "unreachable", "wrong"]),
            made_at=now - datetime.timedelta(days=pick.randrange(400)),
        )
        for address in made
        for _check in range(4)
    )


def pages(count, language):
    """Return the pages to measure."""
    from django.urls import reverse
    from django.utils.translation import override

    from addresses.models import Address

    with override(language):
        address = reverse("addresses:list")
        last = -(-count // 20)
        one = Address.objects.public(language).first()
        return [
            Measured("first page", address, LIST_QUERIES, FLOOR_LIST),
            Measured("last page", f"{address}?page={last}", LIST_QUERIES, as_first=True),
            Measured("near 1030", f"{address}?near=1030", LIST_QUERIES, as_first=True),
            Measured("filtered by need", f"{address}?need=legal", LIST_QUERIES, as_first=True),
            Measured("open now", f"{address}?open=now", LIST_QUERIES),
            Measured("all together", f"{address}?need=legal&near=1030&spoken=ar&walk_in=1&open=mo", LIST_QUERIES),
            Measured("an address", one.get_absolute_url(language), DETAIL_QUERIES),
        ]


def first_reader(reader, measured):
    """Return how many milliseconds the first reader of a minute waits, who pays for the counts of the filters."""
    from django.conf import settings
    from django.core.cache import caches

    settings.KEEP_PAGES = False
    times = []
    for _round in range(5):
        for cache in caches.all():
            cache.clear()
        times.append(reader.get(measured.address)[2])
    return statistics.median(times) * 1000


def main():
    given = arguments()
    with throw_away_site(given.postgres):
        from django.db import connection

        reader = Reader(process_time if given.cpu else perf_counter)
        times = {}
        for size in SIZES:
            grow_to(size)
            measured = pages(size, given.language)
            if given.profile:
                profile(reader, next(page for page in measured if page.name == given.profile))
                continue
            measure(reader, measured, given.seconds)
            hello = statistics.median(time for page in measured for time in page.hello)
            print(
                f"\n{size} addresses, {connection.vendor}, {given.language}; hello view {hello * 1000:.2f} ms; "
                f"median of {len(measured[0].hello)} rounds; made and kept: × hello view"
            )
            print("\n".join(table(measured, weight_of_files(measured[0].body))), flush=True)
            times[size] = statistics.median(measured[0].times_made)
            print(f"the first reader of a minute: {first_reader(reader, measured[0]):.0f} ms")
        if len(times) == len(SIZES):
            few, many = times.values()
            print(f"\nfirst page with {SIZES[1]:,} / with {SIZES[0]}: {many / few:.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
