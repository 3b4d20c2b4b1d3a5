"""Measures the public pages with 8, 80 and 800 networks: queries, time beside a hello view, bytes. See README.md."""

import argparse
import contextlib
import cProfile
import gzip
import io
import os
import pstats
import random
import re
import statistics
import sys
import tempfile
import types
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

import brotli

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1:8000"
PARTNERS, THEMES, GROUP_EVERY = 40, 12, 8
LEAST_ROUNDS = 7
# The time floors of the design, as "at most this many times a hello view" (0.16 × its requests a second = 6.25 × its
# time), and the most queries.
FLOOR_FEW, FLOOR_LIST = 1 / 0.16, 1 / 0.05
LIST_QUERIES, JOINT_QUERIES, GATHERING_QUERIES = 10, 16, 24


@dataclass
class Measured:
    """One page: how it is reached, what it may cost, what it cost."""

    name: str
    address: str
    most_queries: int | None = None
    floor: float | None = None
    as_first: bool = False
    cold: int = 0
    made: int = 0
    kept: int = 0
    body: bytes = b""
    times_made: list = field(default_factory=list)
    times_kept: list = field(default_factory=list)
    hello: list = field(default_factory=list)

    def ratio(self, times):
        return statistics.median(times) / statistics.median(self.hello)


# --- The throw-away site ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def throw_away_site(postgres):
    """Set Django up as in production, on an empty database and in an empty folder, both removed on leaving."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        url = f"sqlite:///{folder / 'db.sqlite3'}"
        if postgres:
            from tests.postgres import throw_away_postgres

            url = stack.enter_context(throw_away_postgres())
        os.environ.update(
            DEBUG="0",
            DATA_DIR=str(folder),
            DATABASE_URL=url,
            SECRET_KEY="only-for-a-benchmark-" * 4,
            SITE_URL=f"http://{HOST}",
            STAFF_EMAIL="staff@example.org",
            DJANGO_SETTINGS_MODULE="cire_site.settings",
        )
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        sys.modules["benchmark_urls"] = urls_with_hello(settings.ROOT_URLCONF)
        settings.ROOT_URLCONF = "benchmark_urls"
        # Addresses of style sheets without a digest: nothing has to be collected first.
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        from cire_site.catalogues import compile_catalogues

        for locale in settings.LOCALE_PATHS:
            compile_catalogues(locale)
        call_command("migrate", verbosity=0)
        yield
        from django.db import connections

        connections.close_all()


def urls_with_hello(urlconf):
    """Return the site's addresses and one that answers "Hello": same process, same middlewares, no work."""
    from importlib import import_module

    from django.http import HttpResponse
    from django.urls import path

    urls = types.ModuleType("benchmark_urls")
    site = import_module(urlconf)
    vars(urls).update({name: value for name, value in vars(site).items() if name.startswith("handler")})
    urls.urlpatterns = [path("hello", lambda request: HttpResponse("Hello")), *site.urlpatterns]
    return urls


# --- What is in it ---------------------------------------------------------------------------------------------


class Content:
    """Networks, groups and all that hangs on them; it can only grow."""

    def __init__(self):
        from tests.makers import make_organisation, make_theme, make_us

        self.networks = 0
        self.us = make_us(fr=self.words("CIRÉ", "fr"), nl=self.words("CIRÉ", "nl"))
        self.partners = [make_organisation(**self.texts("Organisation", number)) for number in range(PARTNERS)]
        self.themes = [make_theme(**self.texts("Thème", number)) for number in range(THEMES)]

    def grow_to(self, networks):
        """Add networks, and a group for each eighth of them."""
        from django.db import connection, transaction

        from tests.makers import make_group, make_network

        with transaction.atomic():
            for number in range(self.networks, networks):
                make_network(**self.collective("Réseau", number))
                if number % GROUP_EVERY == 0:
                    make_group(**self.collective("Groupe", number))
        self.networks = networks
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def collective(self, kind, number):
        pick = random.Random(f"{kind}{number}")
        seats = [
            {
                "organisation": self.us,
                "role": pick.choice(["founder", "member", "permanent_guest", "coordinator"]),
                "since": str(pick.randrange(1989, 2026)),
                "note": {"fr": "Une précision.", "nl": "Een verduidelijking."} if number % 4 == 0 else {},
                "mandated_by": pick.choice(self.partners) if number % 6 == 0 else None,
            },
            *(
                {"organisation": partner, "role": "member", "since": "2001"}
                for partner in pick.sample(self.partners, 5)
            ),
        ]
        return {
            **self.texts(kind, number),
            "founded": str(pick.randrange(1970, 2020)),
            "scope": pick.choice(["brussels", "national", "european"]),
            "themes": pick.sample(self.themes, 2),
            "seats": seats,
            "figures": [{"value": pick.randrange(5, 9000)} for _figure in range(pick.randrange(4))],
        }

    def texts(self, kind, number):
        """Both languages; every fifth object has French only."""
        title = f"{kind} {number:03} pour l’accueil et les droits"
        return {"fr": self.words(title, "fr"), "nl": None if number % 5 == 4 else self.words(title, "nl")}

    @staticmethod
    def words(title, language):
        sentence = {
            "fr": "Des associations y défendent ensemble le droit d’asile et un accueil digne. ",
            "nl": "Verenigingen verdedigen er samen het asielrecht en een waardige opvang. ",
        }[language]
        return {
            "title": title,
            "summary": (sentence * 2).strip(),
            "text": f"<p>{sentence * 4}</p><h2>{title}</h2>" + f"<p>{sentence * 5}</p>" * 4,
        }


def pages(content, language):
    """Return the pages to measure, each with its floor where the design sets one."""
    from django.urls import reverse
    from django.utils.translation import override

    from networks.models import Network

    with override(language):
        networks = reverse("networks:list")
        last = -(-content.networks // 20)
        network = Network.objects.public(language).first()
        floor = FLOOR_FEW if content.networks <= 20 else FLOOR_LIST
        return [
            Measured("home", reverse("home")),
            Measured("joint page", reverse("networks_and_groups"), JOINT_QUERIES),
            Measured("networks, first page", networks, LIST_QUERIES, floor),
            Measured("networks, last page", f"{networks}?page={last}", LIST_QUERIES, as_first=True),
            Measured("networks, filtered", f"{networks}?role=member", LIST_QUERIES, as_first=True),
            Measured("a network", network.get_absolute_url(language)),
            Measured("an organisation", content.partners[0].get_absolute_url(language), GATHERING_QUERIES),
            Measured("a theme", content.themes[0].get_absolute_url(language), GATHERING_QUERIES),
        ]


# --- Measuring -------------------------------------------------------------------------------------------------


class Reader:
    """Calls the site as its server does, middlewares and the end of the request included."""

    def __init__(self, clock):
        from django.core.handlers.wsgi import WSGIHandler

        self.clock, self.handler = clock, WSGIHandler()

    def get(self, address):
        """Return (status line, headers, body, seconds)."""
        path, _question, query = address.partition("?")
        answer = []
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": HOST.partition(":")[0],
            "SERVER_PORT": HOST.partition(":")[2],
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": HOST,
            "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_LANGUAGE": "fr-BE,fr;q=0.9",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        start = self.clock()
        response = self.handler(environ, lambda *given: answer.extend(given))
        body = b"".join(response)
        response.close()
        seconds = self.clock() - start
        status, headers = answer[:2]
        if not status.startswith("200"):
            raise SystemExit(f"{address}: {status}")
        return dict(headers), body, seconds


def count_queries(reader, address):
    """Return how many queries a page makes."""
    from django.db import connection

    counted = []

    def count(execute, sql, params, many, context):
        counted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        _headers, body, _seconds = reader.get(address)
    return len(counted), body


def measure(reader, measured, seconds):
    """Fill in what the pages cost: hello view and pages in turn, made anew and as kept, for about `seconds`."""
    from django.conf import settings
    from django.core.cache import caches

    for page in measured:
        for cache in caches.all():
            cache.clear()
        settings.KEEP_PAGES = False
        page.cold, page.body = count_queries(reader, page.address)
        page.made, page.body = count_queries(reader, page.address)
        settings.KEEP_PAGES = True
        reader.get(page.address)
        page.kept, page.body = count_queries(reader, page.address)
    end = perf_counter() + seconds
    while perf_counter() < end or len(measured[0].hello) < LEAST_ROUNDS:
        for page in random.sample(measured, len(measured)):
            page.hello.append(reader.get("/hello")[2])
            settings.KEEP_PAGES = False
            page.times_made.append(reader.get(page.address)[2])
            settings.KEEP_PAGES = True
            page.times_kept.append(reader.get(page.address)[2])


def profile(reader, page, rounds=50):
    """Print where the time of one page goes."""
    from django.conf import settings

    profiler = cProfile.Profile()
    settings.KEEP_PAGES = False
    reader.get(page.address)
    profiler.enable()
    for _round in range(rounds):
        reader.get(page.address)
    profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(45)


# --- Telling ---------------------------------------------------------------------------------------------------

HEADINGS = ("page", "queries", "most", "ms", "made", "kept", "floor", "", "HTML", "gzip", "brotli", "with CSS")


def table(measured, css):
    """Return the table as lines."""
    first = next(page for page in measured if page.floor)
    rows = [HEADINGS]
    for page in measured:
        made, kept = page.ratio(page.times_made), page.ratio(page.times_kept)
        floor = 1.3 * first.ratio(first.times_made) if page.as_first else page.floor
        within = "made and kept" if floor and made <= floor else "only kept" if floor and kept <= floor else "NOT"
        rows.append(
            (
                page.name,
                f"{page.cold} / {page.made} / {page.kept}",
                f"≤ {page.most_queries}" if page.most_queries else "",
                f"{statistics.median(page.times_made) * 1000:.2f}",
                f"{made:.1f}",
                f"{kept:.1f}",
                f"≤ {floor:.1f}" if floor else "",
                within if floor else "",
                f"{len(page.body):,}",
                f"{len(gzip.compress(page.body, 6)):,}",
                f"{len(brotli.compress(page.body, quality=5)):,}",
                f"{len(brotli.compress(page.body, quality=5)) + css:,}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))
    return [
        "  ".join(
            cell.ljust(width) if number in {0, 7} else cell.rjust(width) for number, (cell, width) in line
        ).rstrip()
        for line in (enumerate(zip(row, widths, strict=True)) for row in rows)
    ]


def weight_of_files(html):
    """Return the bytes, in brotli as whitenoise makes it, of the style sheets that a page names."""
    from django.contrib.staticfiles import finders

    files = [finders.find(name.decode()) for name in re.findall(rb'href="/static/(css/[^"]+)"', html)]
    return sum(len(brotli.compress(Path(file).read_bytes(), quality=11)) for file in files)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="a throw-away PostgreSQL instead of SQLite")
    parser.add_argument("--sizes", default="8,80,800", help="numbers of networks (default: %(default)s)")
    parser.add_argument("--language", default="fr", choices=["fr", "nl"])
    parser.add_argument("--cpu", action="store_true", help="this process's own time only: for a machine that is busy")
    parser.add_argument("--seconds", type=float, default=20, help="measuring time for each size (default: %(default)s)")
    parser.add_argument(
        "--profile", metavar="PAGE", help="show where the time of one page goes, for instance 'a theme'"
    )
    return parser.parse_args()


def main():
    given = arguments()
    with throw_away_site(given.postgres):
        from django.db import connection

        content, reader = Content(), Reader(process_time if given.cpu else perf_counter)
        for size in sorted(int(size) for size in given.sizes.split(",")):
            content.grow_to(size)
            measured = pages(content, given.language)
            if given.profile:
                profile(reader, next(page for page in measured if page.name == given.profile))
                continue
            measure(reader, measured, given.seconds)
            hello = statistics.median(time for page in measured for time in page.hello)
            print(
                f"\n{size} networks, {connection.vendor}, {given.language}; hello view {hello * 1000:.2f} ms; "
                f"median of {len(measured[0].hello)} rounds; made and kept: × hello view"
            )
            print("\n".join(table(measured, weight_of_files(measured[0].body))), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
