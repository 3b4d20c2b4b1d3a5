"""The booklet says what the list says, on paper that can also be read aloud; what is unpublished is out of reach."""

import datetime
import io
import json
import logging
import re
import socket
import subprocess
import sys
from ctypes import create_string_buffer
from types import SimpleNamespace

import pypdfium2
import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django_tasks_db.models import DBTaskResult
from pypdfium2 import raw

from addresses import booklet_making
from addresses.booklet import Booklet, booklet_href
from addresses.booklet_making import draft_booklet, in_sections, make_booklet, next_change, print_booklet, renew
from addresses.models import Address
from content.kept_pages import current_version, note_change
from content.paper import CannotPrint, can_print
from tests.conftest import IN_CI
from tests.makers import make_address, make_picture, make_theme, write

NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=datetime.UTC)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def can_be_printed():
    """Skip where this machine has no Pango or no WeasyPrint; in CI that is a failure."""
    if not can_print():
        (pytest.fail if IN_CI else pytest.skip)("no booklet without WeasyPrint, segno and Pango: see docs/deploying.md")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A test's transaction is never committed: what waits for that happens at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **kwargs: act())


@pytest.fixture
def clock(monkeypatch):
    """Set the clock: `clock(moment)`; it stands still at NOW before."""

    def move(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    move(NOW)
    return move


@pytest.fixture
def printed(monkeypatch):
    """Spare the printer: a booklet is the words of its draft. A list that grows with each one that is printed."""
    made = []

    def words_only(draft, now, language):
        made.append(language)
        return f"%PDF- {draft.blocks}".encode()

    monkeypatch.setattr(booklet_making, "print_booklet", words_only)
    return made


def path(language="fr"):
    with override(language):
        return reverse("addresses:booklet")


def waiting():
    return DBTaskResult.objects.filter(task_path__endswith="make_booklet").count()


def content(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


# --- Paper ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def few(clock):
    """A few addresses that have everything that a booklet prints."""
    everything = {
        "fr": {
            "title": "Permanence de l’Exemple",
            "summary": "Des juristes à l’écoute.",
            "street": "Rue de l’Exemple 12",
            "for_whom": "Tout le monde, même sans rendez-vous",
            "bring": "Vos lettres reçues",
        },
        "nl": {"title": "Spreekuur De Voorbeelden", "street": "Voorbeeldstraat 12", "bring": "Uw brieven"},
    }
    return [
        make_address(
            **everything,
            is_sample=True,
            papers="not_asked",
            cost="free",
            languages=["fr", "ar", "ti"],
            categories=["legal", "undocumented"],
            phones=["02 000 00 12"],
            desks=[{"label": {"fr": "Guichet femmes", "nl": "Loket voor vrouwen"}, "audience": "women"}],
            special_days=[{"starts": "2026-12-24", "ends": "2026-12-25"}],
            checks=[{"now": NOW - 10 * DAY}],
        ),
        make_address(fr={"title": "Maison médicale Fictive"}, nl=None, categories=["health"], phones=["02 000 00 13"]),
    ]


def read(language):
    """Print the booklet and return it as {pages: their texts, document}."""
    with override(language):
        document = pypdfium2.PdfDocument(print_booklet(draft_booklet(), NOW, language))
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    return SimpleNamespace(pages=pages, text=" ".join(pages), document=document)


def test_a_booklet_holds_all_that_one_needs_to_know_with_its_accents(few):
    text = read("fr").text
    for words in (
        "Permanence de l’Exemple",
        "Des juristes à l’écoute.",
        "Rue de l’Exemple 12, 1030 Schaerbeek",
        "02 000 00 12",
        "Guichet femmes",
        "Tout le monde, même sans rendez-vous",
        "Vos lettres reçues",
        "13 novembre 2026",
        "24 décembre 2026",
        "العربية",
        "ትግርኛ",
        "Maison médicale Fictive",
        "23 décembre 2026",
    ):
        assert words in text, words


def test_a_dutch_booklet_says_which_text_is_in_french_only(few):
    booklet = read("nl")
    assert "Spreekuur De Voorbeelden" in booklet.text and "Voorbeeldstraat 12" in booklet.text
    with override("nl"):
        blocks = json.dumps(draft_booklet().blocks, ensure_ascii=False)
    assert 'lang=\\"fr\\">Maison médicale Fictive' in blocks
    assert "Maison médicale Fictive" in booklet.text


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_booklet_is_tagged_and_says_its_language_and_its_title(few, language):
    document = read(language).document
    assert raw.FPDFCatalog_IsTagged(document.raw)
    assert {"H2", "H3", "P", "L", "Link"} <= roles_on(document[2])
    data = document.get_metadata_dict()
    assert data["Title"].endswith("| CIRÉ")
    assert language_of(document) == language


def roles_on(page):
    """Return the structure types of what stands on a page, whatever the depth."""
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    waiting = [raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))]
    found = set()
    while waiting:
        if not (element := waiting.pop()):
            continue
        buffer = create_string_buffer(100)
        length = raw.FPDF_StructElement_GetType(element, buffer, 100)
        found.add(buffer.raw[: length - 2].decode("utf-16-le"))
        count = raw.FPDF_StructElement_CountChildren(element)
        waiting += [raw.FPDF_StructElement_GetChildAtIndex(element, number) for number in range(count)]
    raw.FPDF_StructTree_Close(tree)
    return found


def language_of(document):
    buffer = (raw.FPDF_WCHAR * 20)()
    length = raw.FPDFCatalog_GetLanguage(document.raw, buffer, 40)
    return bytes(buffer)[: length - 2].decode("utf-16-le")


def test_the_contents_lead_to_the_pages_of_the_needs(few):
    booklet = read("fr")
    contents = booklet.pages[1]
    for need in ("Aide juridique et droit des étrangers", "Santé", "Personnes sans papiers"):
        (page,) = re.findall(rf"{need} [ .…]*(\d+)", contents)
        assert need in booklet.pages[int(page) - 1], need
    bookmarks = [bookmark.get_title() for bookmark in booklet.document.get_toc()]
    assert "Santé" in bookmarks and "Permanence de l’Exemple" in bookmarks


def test_an_address_is_printed_once_and_found_from_its_other_needs(few):
    legal, health, undocumented = in_sections(few)
    assert (legal.printed, legal.elsewhere) == ([few[0]], [])
    assert (health.printed, health.elsewhere) == ([few[1]], [])
    assert (undocumented.printed, undocumented.elsewhere) == ([], [few[0]])
    assert read("fr").text.count("Rue de l’Exemple 12") == 1


def test_an_address_without_a_need_is_not_forgotten(clock):
    address = make_address()
    (rest,) = in_sections([address])
    assert (rest.category, rest.printed) == (None, [address])


def test_a_long_list_of_references_has_one_heading(clock):
    for number in range(11):
        make_address(fr={"title": f"Adresse {number:02}"}, categories=["legal", "health"])
    booklet = read("fr")
    with override("fr"):
        assert booklet.text.count(str(gettext("On another page"))) == 1
    assert all(booklet.text.count(f"Adresse {number:02}") == 3 for number in range(11))


def test_the_code_on_the_cover_leads_to_the_list(few, monkeypatch, settings):
    segno = pytest.importorskip("segno")
    settings.SITE_URL = "https://www.example.org"
    jobs = []

    def note(command, *, input, **kwargs):
        jobs.append(json.loads(input))
        return subprocess.CompletedProcess(command, 0, b"%PDF-", b"")

    monkeypatch.setattr(subprocess, "run", note)
    with override("nl"):
        print_booklet(draft_booklet(), NOW, "nl")
        live_list = "https://www.example.org" + reverse("addresses:list")
    code = segno.make(live_list, error="m", micro=False)
    assert code.svg_data_uri(border=0, omitsize=True) in jobs[0]["before"]


def test_nothing_is_lost_where_an_address_is_longer_than_a_column(clock):
    desks = [
        {"label": {"fr": f"Guichet numéro {number}"}, "note": {"fr": "Une longue note. " * 11}} for number in range(30)
    ]
    make_address(fr={"title": "La plus longue"}, desks=desks, categories=["legal"])
    make_address(fr={"title": "La suivante"}, categories=["legal"])
    booklet = read("fr")
    assert all(f"Guichet numéro {number} " in booklet.text for number in range(30))
    assert "La suivante" in booklet.text
    assert "Guichet numéro 0 " in booklet.pages[2]


def test_ten_times_as_many_addresses_cost_no_query_more(clock, django_assert_num_queries):
    def add(count):
        for _number in range(count):
            make_address(
                categories=["legal", "health"],
                phones=["02 000 00 12"],
                desks=[{}],
                special_days=[{"starts": "2026-12-24"}],
            )

    add(1)
    with CaptureQueriesContext(connection) as queries:
        draft_booklet()
    add(9)
    with django_assert_num_queries(len(queries)):
        draft_booklet()


def test_many_addresses_are_all_there_and_none_is_cut_off(clock):
    for number in range(18):
        make_address(
            fr={"title": f"Adresse {number:02}", "bring": f"Papier {number:02}", "for_whom": "Tout le monde. " * 12},
            categories=["legal"],
            desks=[{}, {}],
            checks=[{}],
        )
    booklet = read("fr")
    assert len(booklet.pages) > 4
    for number in range(18):
        assert f"Papier {number:02}" in booklet.text
    for page in booklet.document:
        bottom = min(obj.get_bounds()[1] for obj in page.get_objects())
        assert bottom > 20


def test_printing_fetches_nothing(tmp_path):
    """Neither over the network nor from this machine: a picture that a text names is not even asked for."""
    picture = tmp_path / "picture.png"
    picture.write_bytes(make_picture().read())
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        sources = (f"http://127.0.0.1:{server.getsockname()[1]}/x.png", picture.as_uri())
        pictures = "".join(f'<img alt="x" src="{source}">' for source in sources)
        job = {"css": "", "before": f'<html lang="fr"><title>x</title>{pictures}', "blocks": [{"html": pictures}]}
        command = [sys.executable, "-I", "-B", str(booklet_making.PRINTER)]
        printed = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, check=True)
        with pytest.raises(BlockingIOError):
            server.accept()
    objects = [obj.type for page in pypdfium2.PdfDocument(printed.stdout) for obj in page.get_objects()]
    assert objects and raw.FPDF_PAGEOBJ_IMAGE not in objects


# --- When it is made, and handed out -------------------------------------------------------------------------------


def test_a_booklet_is_made_once_however_many_readers_wait(client, clock, printed):
    make_address(fr={"title": "Le Refuge"}, nl={"title": "Het Toevluchtsoord"})
    for _reader in range(3):
        response = client.get(path())
        assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
        assert "no-store" in response.headers["Cache-Control"]
    assert waiting() == 1
    make_booklet.func("fr")
    response = client.get(path())
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("inline; filename=")
    assert response.headers["Content-Disposition"].endswith('-2026-11.pdf"')
    assert {"public", "max-age=60"} <= set(response.headers["Cache-Control"].split(", "))
    assert "Le Refuge" in content(response)
    assert client.get(path(), headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert printed == ["fr"]


def test_who_waits_is_led_to_the_same_addresses(client, clock):
    make_address()
    for language in ("fr", "nl"):
        with override(language):
            links = [reverse("addresses:list"), reverse("addresses:paper")]
        page = client.get(path(language)).content.decode()
        assert all(f'href="{link}"' in page for link in links)
        assert f'lang="{language}"' in page


def test_a_waiting_reader_is_no_error_in_the_log(client, clock, caplog):
    with caplog.at_level(logging.WARNING):
        client.get(path())
    assert caplog.records == []


def test_what_is_withdrawn_is_out_of_reach_at_once_and_soon_out_of_the_booklet(client, clock, printed):
    make_address(fr={"title": "Reste ici"}, nl=None)
    secret = make_address(fr={"title": "Le Refuge"}, nl=None)
    make_booklet.func("fr")
    old = Booklet.objects.get(language="fr").file.name
    write(secret, "fr", state="withdrawn", publish_from=NOW - 2 * DAY, publish_until=NOW - DAY)
    assert client.get(path()).status_code == 503
    make_booklet.func("fr")
    text = content(client.get(path()))
    assert "Le Refuge" not in text and "Reste ici" in text
    assert not default_storage.exists(old)


def test_the_clock_alone_takes_an_address_out_of_the_booklet(client, clock, printed):
    make_address(fr={"title": "Reste ici"}, nl=None)
    leaving = make_address(fr={"title": "Le Refuge"}, nl=None)
    leaving.translations.update(publish_until=NOW + HOUR)
    make_booklet.func("fr")
    clock(NOW + HOUR - datetime.timedelta(seconds=1))
    response = client.get(path())
    assert "Le Refuge" in content(response) and "max-age=1" in response.headers["Cache-Control"].split(", ")
    clock(NOW + HOUR)
    assert client.get(path()).status_code == 503
    renew(NOW + HOUR, NOW)
    for result in DBTaskResult.objects.all():
        make_booklet.func(*result.args_kwargs["args"])
    text = content(client.get(path()))
    assert "Le Refuge" not in text and "Reste ici" in text


def test_the_clock_alone_brings_an_address_into_the_booklet(client, clock, printed):
    make_address(fr={"title": "Reste ici"}, nl=None)
    coming = make_address(fr={"title": "Le Refuge"}, nl=None)
    coming.translations.update(publish_from=NOW + HOUR)
    make_booklet.func("fr")
    assert "Le Refuge" not in content(client.get(path()))
    clock(NOW + HOUR)
    assert client.get(path()).status_code == 503
    make_booklet.func("fr")
    assert "Le Refuge" in content(client.get(path()))


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"valid_until": datetime.date(2026, 11, 24)}, "2026-11-25T00:00:00+01:00"),
        ({"valid_from": datetime.date(2026, 11, 26)}, "2026-11-26T00:00:00+01:00"),
        ({}, "2026-11-30T11:00:00+01:00"),
    ],
)
def test_a_booklet_holds_until_the_next_day_that_changes_it_and_for_a_week_at_most(clock, dates, expected):
    make_address(**dates)
    assert timezone.localtime(next_change(NOW)).isoformat() == expected


def test_a_week_later_it_is_issued_anew(client, clock, printed):
    make_address()
    make_booklet.func("fr")
    clock(NOW + 7 * DAY)
    assert client.get(path()).status_code == 503
    make_booklet.func("fr")
    assert Booklet.objects.get(language="fr").issued_at == NOW + 7 * DAY
    assert printed == ["fr", "fr"]


def test_a_change_elsewhere_makes_no_new_booklet_and_no_reader_wait(client, clock, printed):
    make_address()
    make_booklet.func("fr")
    make_theme()
    assert client.get(path()).status_code == 200
    assert Booklet.objects.get(language="fr").content_version == current_version()
    assert (printed, waiting()) == (["fr"], 0)


def test_in_a_long_list_the_worker_looks_whether_a_change_matters(client, clock, printed, monkeypatch):
    monkeypatch.setattr(booklet_making, "COMPARED_AT_ONCE", 0)
    make_address()
    make_booklet.func("fr")
    make_theme()
    assert client.get(path()).status_code == 503
    make_booklet.func("fr")
    assert client.get(path()).status_code == 200
    assert printed == ["fr"]


def test_the_periodic_work_asks_for_each_language_once(clock, printed):
    make_address()
    renew(NOW, None)
    renew(NOW, None)
    assert waiting() == 2
    make_booklet.func("fr")
    make_booklet.func("nl")
    renew(NOW, None)
    assert waiting() == 2
    note_change()
    renew(NOW, None)
    assert waiting() == 4


def test_what_cannot_be_printed_leaves_the_booklet_as_it_was_and_is_logged(client, clock, monkeypatch, caplog):
    address = make_address(fr={"title": "Le Refuge"})
    monkeypatch.setattr(booklet_making, "PRINTER", booklet_making.PRINTER.with_name("missing.py"))
    renew(NOW, None)
    with caplog.at_level(logging.ERROR), pytest.raises(CannotPrint):
        make_booklet.func("fr")
    assert "missing.py failed" in caplog.text
    booklet = Booklet.objects.get(language="fr")
    assert (booklet.file.name, booklet.digest) == ("", "")
    # It is tried again after a while, not for every reader.
    asked = waiting()
    client.get(path())
    assert waiting() == asked
    clock(NOW + booklet_making.PATIENCE)
    client.get(path())
    assert waiting() == asked + 1
    assert Address.objects.filter(pk=address.pk).exists()


def test_a_file_that_is_lost_is_made_anew(client, clock, printed):
    make_address()
    make_booklet.func("fr")
    default_storage.delete(Booklet.objects.get(language="fr").file.name)
    assert client.get(path()).status_code == 503
    make_booklet.func("fr")
    assert client.get(path()).status_code == 200


def test_too_many_addresses_are_not_printed(client, clock, printed, monkeypatch, caplog):
    monkeypatch.setattr(booklet_making, "MOST_ADDRESSES", 1)
    make_address()
    make_address()
    make_booklet.func("fr")
    assert printed == [] and "too many" in caplog.text
    assert client.get(path()).status_code == 404


def test_without_addresses_there_is_no_booklet(client, clock, printed):
    make_booklet.func("fr")
    assert client.get(path()).status_code == 404
    assert booklet_href("fr") == ""


def test_the_list_leads_to_a_booklet_that_exists(client, clock, printed):
    make_address()
    with override("fr"):
        assert booklet_href("fr") == ""
        make_booklet.func("fr")
        cache.clear()
        assert booklet_href("fr") == path()


def test_without_the_extra_or_pango_there_is_neither_link_nor_page(client, clock, printed, monkeypatch):
    make_address()
    make_booklet.func("fr")
    for place in ("addresses.booklet", "addresses.booklet_views", "addresses.booklet_making"):
        monkeypatch.setattr(f"{place}.can_print", lambda: False)
    assert booklet_href("fr") == ""
    assert client.get(path()).status_code == 404
    renew(NOW, None)
    assert waiting() == 0


@pytest.mark.parametrize(("function", "there"), [("find_spec", "weasyprint"), ("find_library", "pango-1.0")])
def test_a_machine_that_lacks_a_part_cannot_print(monkeypatch, function, there):
    monkeypatch.setattr(f"content.paper.{function}", lambda name: None if name == there else object())
    assert not can_print.__wrapped__()


def test_a_booklet_is_reached_in_no_other_way(client, clock, printed):
    make_address()
    make_booklet.func("fr")
    assert client.get(f"/media/{Booklet.objects.get(language='fr').file.name}").status_code == 404


def test_cleaning_up_spares_booklets(clock, printed):
    make_address()
    make_booklet.func("fr")
    clock(NOW + 400 * DAY)
    call_command("clean_files", stdout=io.StringIO())
    assert default_storage.exists(Booklet.objects.get(language="fr").file.name)
