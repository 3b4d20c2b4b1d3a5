"""The link report: what readers would run into, exactly for our own pages, by the last try for others."""

import datetime

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.saving import delete_content
from links import report
from links.advice import advice_on
from links.checking import digest_of
from links.models import ExternalAddress, Link, MissingAddress
from tests.admin.desk import Sheet, change_url, make_superuser, signed_in
from tests.makers import make_network, make_organisation, make_staff, make_theme, write
from tests.pages import words

pytestmark = pytest.mark.django_db

REPORT = "/admin/links/link/"
REFERENCES, ADDRESSES, OUT_OF_REACH, MOVED, REFUSED = range(5)


def theme_with(*addresses, **more):
    text = " ".join(f'<a href="{address}">mot</a>' for address in addresses)
    with TestCase.captureOnCommitCallbacks(execute=True):
        return make_theme(fr={"title": "Thème", "text": f"<p>{text}</p>"}, nl=None, **more)


def findings(part):
    """Return {address: the texts that it stands in} of a part of the report."""
    found = report.make_report()[part]["findings"]
    return {finding.href: [place["text"] for place in finding.places] for finding in found}


def answered(href, state, answer="", *, days=0, **columns):
    """Note how an address elsewhere answered some days ago."""
    when = timezone.now() - datetime.timedelta(days=days)
    ExternalAddress.objects.filter(digest=digest_of(href)).update(
        state=state, answer=answer, tried_at=when, failures=2, **columns
    )


def test_a_link_that_leads_somewhere_is_no_finding():
    make_network(fr={"title": "Toit", "slug": "toit"}, nl=None)
    theme_with(
        "/fr/reseaux/toit/", "/fr/publications/?kind=guide", "/fr/", "/", "/nl/netwerken/", "mailto:a@example.org", "#x"
    )
    assert [findings(part) for part in range(5)] == [{}] * 5


def test_a_reference_to_what_readers_cannot_see_is_named_with_its_text():
    draft = make_network(fr={"title": "Toit", "slug": "toit", "state": "draft"}, nl=None)
    theme_with("/fr/reseaux/toit/")
    assert findings(REFERENCES) == {"/fr/reseaux/toit/": ["Thème"]}
    delete_content(draft)
    assert findings(REFERENCES) == {"": ["Thème"]}
    assert findings(ADDRESSES) == {}


def test_an_address_of_ours_without_a_page_is_found():
    theme_with(
        "/fr/reseaux/rien/",
        "/fr/nowhere/at/all/",
        "/publication/x/",
        "nom-de-page",
    )
    assert findings(ADDRESSES) == {
        address: ["Thème"]
        for address in (
            "/fr/reseaux/rien/",
            "/fr/nowhere/at/all/",
            "/publication/x/",
            "nom-de-page",
        )
    }


def test_a_file_of_the_site_is_there_and_one_that_is_not_is_not():
    fine = ("/static/icons/favicon.svg", "/fr/adresses/adresses.csv", "/fr/adresses/adresses.pdf", "/sitemap.xml")
    broken = ("/static/nowhere.css", "/static/../settings.py", "/media/x/y/00000000-0000-0000-0000-000000000000/z.png")
    theme_with(*fine, *broken)
    assert set(findings(ADDRESSES)) == set(broken)


def test_no_page_is_made_to_learn_whether_it_is_there(client, monkeypatch):
    theme = theme_with("/fr/reseaux/", "/sitemap.xml", "/fr/reseaux/toit/", "/fr/nowhere/at/all/")
    make_network(fr={"title": "Toit", "slug": "toit"}, nl=None)
    monkeypatch.setattr("django.views.generic.base.View.dispatch", lambda *args, **kwargs: pytest.fail("it was made"))
    assert list(findings(ADDRESSES)) == ["/fr/nowhere/at/all/"]
    assert len(advice_on(theme, "fr")) == 1


def test_what_leads_nowhere_is_found_behind_any_number_of_links_that_are_fine(monkeypatch):
    monkeypatch.setattr(report, "MOST", 2)
    fine = [f"/fr/?a={number:02}" for number in range(25)]
    theme_with(*fine, "/fr/x/1/")
    theme_with("https://a.example/", "https://b.example/", "https://c.example/")
    assert list(findings(ADDRESSES)) == ["/fr/x/1/"]
    assert [part["most"] for part in report.make_report()] == [None] * 5
    theme_with("/fr/x/2/", "/fr/x/3/")
    for letter in "abc":
        answered(f"https://{letter}.example/", "failed", "404")
    parts = report.make_report()
    assert [(len(part["findings"]), part["most"]) for part in parts] == [
        (0, None),
        (2, 2),
        (2, 2),
        (0, None),
        (0, None),
    ]
    notes = Sheet(signed_in(make_staff("Editors")).get(REPORT)).with_class("older-note")
    assert len([note for note in notes if "2" in words(note)]) == 2


def test_an_address_that_readers_are_led_on_from_is_none(client):
    theme_with("/fr/reseaux/toit/")
    assert list(findings(ADDRESSES)) == ["/fr/reseaux/toit/"]
    network = make_network(fr={"title": "Toit", "slug": "toit"}, nl=None)
    assert findings(ADDRESSES) == {}
    write(network, "fr", slug="un-toit")
    assert findings(ADDRESSES) == {}


def test_a_site_out_of_reach_is_worded_with_its_day():
    with TestCase.captureOnCommitCallbacks(execute=True):
        make_organisation(fr={"title": "ASBL", "website": "https://asbl.example/"}, nl=None)
    answered("https://asbl.example/", "failed", "404", reached_at=timezone.now() - datetime.timedelta(days=40))
    (finding,) = report.make_report()[OUT_OF_REACH]["findings"]
    assert str(timezone.localdate().year) in finding.problem
    assert [place["text"] for place in finding.places] == ["ASBL"]
    answered("https://asbl.example/", "failed", "timeout")
    (later,) = report.make_report()[OUT_OF_REACH]["findings"]
    assert later.problem != finding.problem


def test_one_failure_is_no_finding_yet():
    theme_with("https://elsewhere.example/")
    answered("https://elsewhere.example/", "failed", "timeout")
    ExternalAddress.objects.update(failures=1)
    assert findings(OUT_OF_REACH) == {}
    assert report.counts()["tried_again"] == 1


def test_a_site_that_moved_and_one_that_refuses_machines_stand_apart():
    theme_with("https://moved.example/", "https://refuses.example/")
    answered("https://moved.example/", "moved", "200", moved_to="https://new.example/")
    answered("https://refuses.example/", "refused", "403")
    assert list(findings(MOVED)) == ["https://moved.example/"]
    assert list(findings(REFUSED)) == ["https://refuses.example/"]
    assert findings(OUT_OF_REACH) == {}


@pytest.mark.parametrize("group", ["Editors", "Publishers", "Translators"])
def test_all_staff_see_the_report(group):
    theme = theme_with("/fr/reseaux/rien/", "https://elsewhere.example/")
    page = Sheet(signed_in(make_staff(group)).get(REPORT))
    assert "/fr/reseaux/rien/" in page.text
    assert f"/admin/themes/theme/{theme.pk}/change/?language=fr" in page.hrefs


def test_the_report_costs_the_same_however_many_texts_share_a_link():
    desk = signed_in(make_superuser())

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(REPORT).status_code == 200
        return len(queries)

    def grow(number):
        for _index in range(number):
            theme_with(
                "/fr/reseaux/rien/",
                "https://elsewhere.example/",
                "ref:networks.network/00000000-0000-0000-0000-000000000000",
            )

    grow(1)
    cost()
    before = cost()
    grow(10)
    assert Link.objects.count() == 33
    assert cost() == before


# --- Beside the text -----------------------------------------------------------------------------------------------


def test_whoever_edits_a_text_is_told_which_of_its_links_lead_nowhere_and_what_leads_to_it():
    network = make_network(fr={"title": "Toit", "slug": "toit"}, nl=None)
    theme = theme_with("/fr/reseaux/toit/", "/fr/reseaux/rien/")
    desk = signed_in(make_superuser())
    advice = Sheet(desk.get(change_url(theme))).with_class("advice")
    assert [words(one) for one in advice if "/fr/reseaux/rien/" in words(one)]
    advice = Sheet(desk.get(change_url(network))).with_class("advice")
    assert [words(one) for one in advice if "Thème" in words(one)]


def test_the_start_page_names_what_readers_did_not_find():
    MissingAddress.objects.create(path="/souvent/", count=3, first_on="2026-11-01", last_on="2026-11-23")
    MissingAddress.objects.create(path="/rare/", count=2, first_on="2026-11-01", last_on="2026-11-23")
    start = Sheet(signed_in(make_staff("Editors")).get("/admin/")).text
    assert "/souvent/" in start
    assert "/rare/" not in start
    assert "/souvent/" not in Sheet(signed_in(make_staff("Translators")).get("/admin/")).text
