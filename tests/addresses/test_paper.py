"""Who has only the printed list is told all that would make a walk vain: closures, other hours, first and last days."""

import datetime

import pytest
from django.utils import timezone

from addresses import gazetteer
from addresses.listing import ByCommune
from addresses.models import Address
from content.fields import Words
from tests.makers import make_address, make_special_day
from tests.pages import LANGUAGES, Page, address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 23, 10, 30))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def paper(client, language="fr", query=""):
    return Page(client.get(address("addresses:paper", language) + query))


@pytest.mark.parametrize(("language", "closed"), [("fr", "fermé"), ("nl", "gesloten")])
def test_the_reader_of_the_paper_knows_when_it_is_closed_and_when_hours_are_others(client, language, closed):
    place = make_address(desks=[{}])
    make_special_day(place, "2026-12-24", "2026-12-26", reason=Words(fr="Fêtes", nl="Feesten"))
    make_special_day(place, "2026-12-31", times="9:00-10:15")
    make_special_day(place, "2026-11-01", "2026-11-02", reason=Words(fr="Toussaint", nl="Allerheiligen"))
    text = paper(client, language).text
    assert closed in text
    assert {"fr": "Fêtes", "nl": "Feesten"}[language] in text
    assert "31" in text and "15" in text
    assert {"fr": "Toussaint", "nl": "Allerheiligen"}[language] not in text, "what is over only takes room"


def test_the_reader_of_the_paper_knows_from_when_and_until_when_somebody_is_there(client):
    make_address(valid_until=datetime.date(2026, 12, 18), desks=[{}])
    make_address(valid_from=datetime.date(2026, 12, 7), desks=[{}])
    text = paper(client).text
    assert "Ici jusqu’au 18 décembre 2026." in text
    assert "7 décembre 2026" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_distances_on_paper_say_whose_they_are(client, language):
    make_address()
    listed = Page(client.get(address("addresses:list", language)))
    sources = [page_sources(page) for page in (listed, paper(client, language, "?near=5000"))]
    assert sources[0] == sources[1] != []


def page_sources(page):
    return [href for item in page.elements("p") if item.get("class") == "sources" for href in hrefs(item)]


def hrefs(element):
    return [link.get("href") for link in element.iter("a")]


def test_the_menu_says_in_which_section_the_reader_is_on_paper_and_on_reports_too(client):
    make_address(fr={"slug": "permanence"})
    listed = address("addresses:list", "fr")
    below = [address(f"addresses:{name}", "fr", slug="permanence") for name in ("report", "reported")]
    for page in (paper(client), *(Page(client.get(href)) for href in below)):
        current = [item for item in page.tree.iter("a") if item.get("href") == listed and item.get("aria-current")]
        assert [link.get("aria-current") for link in current] == ["true"]


def test_municipalities_of_one_name_stand_in_one_order_in_every_process(monkeypatch):
    """Pages would lose and repeat addresses if two processes did not agree."""
    one_name = gazetteer.commune("21015")
    monkeypatch.setattr(gazetteer, "commune", lambda nis: one_name)
    ordered = ByCommune(Address.objects.public("fr"))._order(["92094", "11002", "21015"])
    assert [nis for nis, _km in ordered] == ["11002", "21015", "92094"]
