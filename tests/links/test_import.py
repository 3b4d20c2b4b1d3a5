"""Redirects come in from a file: what it would change is shown first, then it is done whole or not at all."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from links.models import Redirect
from tests.admin.desk import Sheet, make_superuser, signed_in, url
from tests.links.test_old_addresses import hop
from tests.makers import make_network

pytestmark = pytest.mark.django_db

IMPORT = "/admin/links/redirect/import/"


@pytest.fixture
def desk():
    return signed_in(make_superuser())


@pytest.fixture(autouse=True)
def network():
    return make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})


def show(desk, text, encoding="utf-8"):
    """Send a file; return the page that says what it would change."""
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return Sheet(desk.post(IMPORT, {"file": SimpleUploadedFile("redirects.csv", data)}))


def held(page):
    """What the preview carries, None where nothing can be imported."""
    fields = {field.get("name"): field.get("value") for field in page.tree.iter("input")}
    return {name: fields[name] for name in ("held", "digest")} if "held" in fields else None


def bring_in(desk, text, **more):
    """Send a file and confirm it; return the answer."""
    return desk.post(IMPORT, held(show(desk, text, **more)))


def reasons(page):
    """Return [(row, column)] of what is wrong."""
    rows = [row for table in page.with_class("sheet__reasons") for row in table.iter("tr")]
    cells = [["".join(cell.itertext()).strip() for cell in row] for row in rows]
    return [(int(row[0]), row[1]) for row in cells if row[0].isdigit()]


def paths():
    return set(Redirect.objects.values_list("path", flat=True))


def test_a_file_is_shown_first_and_then_brought_in(desk, client):
    text = "old;new;note\n/projets/toit;/fr/reseaux/toit/;réseau\n/?p=12;/nl/netwerken/dak/;\n/evenement/x/;;passé\n"
    page = show(desk, text)
    assert "/projets/toit/" in page.text
    assert "/fr/reseaux/toit/" in page.text
    assert paths() == set(), "nothing is written by looking"
    assert desk.post(IMPORT, held(page)).status_code == 302
    assert paths() == {"/projets/toit/", "/?p=12", "/evenement/x/"}
    assert hop(client, "/projets/toit/") == "/fr/reseaux/toit/"
    assert hop(client, "/?p=12") == "/nl/netwerken/dak/"
    assert client.get("/evenement/x/").status_code == 410


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("old,new\n/été/,/fr/reseaux/\n", "utf-8"),
        ("\ufeffold;new\r\n/été/;/fr/reseaux/\r\n", "utf-8"),
        ("new\told\n/fr/reseaux/\t/été/\n", "utf-8"),
        ("old;new\n/été/;/fr/reseaux/\n", "cp1252"),
        ("/été/;/fr/reseaux/\n", "utf-8"),
        ('Old;NEW\n\n"/été/";"/fr/reseaux/";\n;;\n', "utf-8"),
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(desk, text, encoding):
    assert bring_in(desk, text, encoding=encoding).status_code == 302
    assert paths() == {"/été/"}


def test_a_second_import_of_the_same_file_has_nothing_to_do(desk):
    text = "old;new\n/a/;/fr/reseaux/toit/\n"
    bring_in(desk, text)
    page = show(desk, text)
    assert held(page) is None
    assert not reasons(page)


def test_a_redirect_that_is_there_is_changed_and_what_it_was_is_shown(desk):
    bring_in(desk, "old;new\n/a/;/fr/reseaux/toit/\n")
    page = show(desk, "old;new\n/a/;/fr/publications/\n")
    assert ["".join(one.itertext()) for one in page.tree.iter("del")] == ["/fr/reseaux/toit/"]
    desk.post(IMPORT, held(page))
    assert Redirect.objects.get().target == "/fr/publications/"


def test_a_row_that_is_there_twice_counts_once_and_two_that_disagree_stop_the_file(desk):
    page = show(desk, "old;new\n/a/;/fr/reseaux/\n/A;/fr/reseaux/\n")
    assert held(page)
    assert "3 (= 2)" in page.text
    page = show(desk, "old;new\n/a/;/fr/reseaux/\nhttp://127.0.0.1:8000/a?utm_source=x;/fr/groupes/\n")
    assert held(page) is None
    assert reasons(page) == [(3, "old")]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (["/a/;/a/"], [(2, "new")]),
        (["/a/;/b/", "/b/;/c/", "/c/;/a/"], [(2, "new"), (3, "new"), (4, "new")]),
        (["/a/;https://elsewhere.example/"], [(2, "new")]),
        (["https://elsewhere.example/a/;/fr/reseaux/"], [(2, "old")]),
        (["/fr/reseaux/toit/;/fr/reseaux/"], [(2, "old")]),
        (["/a/;/fr/reseaux/rien/", "/b/;/fr/reseaux/"], [(2, "new")]),
        (["http://[;/fr/reseaux/"], [(2, "old")]),
        (["/a/;/fr/reseaux/;" + "x" * 201], [(2, "note")]),
        ([";/fr/reseaux/"], [(2, "old")]),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out(desk, rows, wrong):
    page = show(desk, "\n".join(["old;new;note", *rows]))
    assert reasons(page) == wrong
    assert held(page) is None
    assert paths() == set()


def test_a_circle_with_what_is_there_already_is_found(desk):
    Redirect.objects.create(path="/a/", target="/b/")
    assert reasons(show(desk, "old;new\n/b/;/c/\n/c/;/a/\n")) == [(2, "new"), (3, "new")]


def test_an_old_address_may_lead_to_one_that_the_same_file_explains(desk, client):
    assert bring_in(desk, "old;new\n/a/;/b/\n/b/;/fr/reseaux/toit/\n").status_code == 302
    assert hop(client, "/a/") == "/fr/reseaux/toit/"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"old;new\n",
        b"PK\x03\x04xx",
        b"a;b\n/x/;/y/\n",
        b"old;other\n/x/;/y/\n",
        b"\x00\x00",
        b'old;new\n"' + b"x" * 200_000,
    ],
)
def test_what_is_no_such_file_is_refused_with_the_reason(desk, data):
    page = show(desk, data)
    assert page.with_class("conflict") or page.with_class("errorlist")
    assert held(page) is None


def test_a_file_that_is_too_long_is_refused(desk, settings):
    settings.IMPORT_MAX_ROWS = 2
    assert show(desk, "old;new\n" + "".join(f"/{n}/;/fr/reseaux/\n" for n in "abc")).with_class("conflict")
    settings.IMPORT_MAX_BYTES = 10
    assert show(desk, "old;new\n/a/;/fr/reseaux/\n").with_class("conflict")


def test_what_somebody_changed_since_the_preview_is_shown_again(desk):
    page = show(desk, "old;new\n/a/;/fr/reseaux/\n")
    Redirect.objects.create(path="/a/", target="/fr/groupes/")
    again = Sheet(desk.post(IMPORT, held(page)))
    assert again.with_class("conflict")
    assert Redirect.objects.get().target == "/fr/groupes/"
    assert desk.post(IMPORT, held(again)).status_code == 302
    assert Redirect.objects.get().target == "/fr/reseaux/"


@pytest.mark.parametrize(
    "sent", [{"held": "x", "digest": "x"}, {"held": "", "digest": ""}, {"held": "eJwrKS0CAASGAiE="}]
)
def test_a_preview_that_comes_back_broken_writes_nothing(desk, sent):
    assert Sheet(desk.post(IMPORT, sent)).with_class("conflict")
    assert paths() == set()


def test_an_export_can_be_brought_in_again(desk, network):
    bring_in(desk, "old;new;note\n/a/;/nl/netwerken/dak/#figures;=1+1\n/b/;;\n")
    before = set(Redirect.objects.values_list("path", "target", "language", "note"))
    data = desk.get(url(Redirect, "export")).content
    assert re.search(rb"/a/;/nl/netwerken/dak/#figures;'=1\+1\r\n", data)
    Redirect.objects.all().delete()
    assert bring_in(desk, data).status_code == 302
    assert set(Redirect.objects.values_list("path", "target", "language", "note")) == before
