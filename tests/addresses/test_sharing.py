"""What readers pass on or keep is read far from the page: it warns as the page does."""

import datetime

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from addresses.models import Address
from addresses.plain_text import plain_text
from addresses.vcard import card
from content import kept_pages
from content.fields import Words
from tests.makers import make_address, make_special_day
from tests.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    moment = timezone.make_aware(datetime.datetime(2026, 11, 23, 10, 30))
    monkeypatch.setattr(timezone, "now", lambda: moment)
    with override("en"):
        yield


def seen(obj):
    return Address.objects.public_unordered().with_relations().get(pk=obj.pk)


def text(**given):
    return plain_text(seen(make_address(**given))).splitlines()


def note(**given):
    """The note of a card, None where it has none; folded lines whole again."""
    lines = card(seen(make_address(**given))).replace("\r\n ", "").split("\r\n")
    return next((line.removeprefix("NOTE:").replace("\\,", ",") for line in lines if line.startswith("NOTE:")), None)


GONE = datetime.date(2026, 11, 22)
WARNINGS = [
    ({"is_sample": True}, "Invented example"),
    ({"valid_until": GONE}, "No longer here"),
    ({"valid_until": datetime.date(2026, 12, 18)}, "Here until Dec. 18, 2026."),
    ({"valid_from": datetime.date(2026, 12, 7)}, "Not here yet: only from Dec. 7, 2026."),
    ({"postcode": "", "commune_nis": ""}, "Address and hours to be completed by CIRÉ"),
]


@pytest.mark.parametrize(("given", "warning"), WARNINGS)
def test_a_message_begins_with_what_one_must_know(given, warning):
    assert text(**given)[0] == warning


@pytest.mark.parametrize(("given", "warning"), WARNINGS)
def test_a_card_in_a_telephone_says_what_one_must_know(given, warning):
    assert note(**given) == warning


def test_an_ordinary_address_needs_no_warning():
    assert text(fr={"title": "Permanence"})[0] == "Permanence"
    assert note() is None


def test_a_message_about_what_has_gone_leads_on_and_tells_no_hours():
    new = make_address(fr={"title": "Nouveau"})
    lines = text(desks=[{}], valid_until=GONE, moved_to=new)
    (instead,) = [line for line in lines if line.startswith("Go here instead: Nouveau http")]
    assert instead.endswith(seen(new).get_absolute_url())
    assert not [line for line in lines if "17:00" in line]


def test_a_message_says_for_whom_a_desk_is_and_how_one_reaches_it():
    lines = text(
        desks=[
            {"audience": "women", "week": {"mo": "9:00-12:00"}},
            {"access": "phone", "week": {"tu": "9:00-12:00"}, "ends": datetime.date(2026, 12, 31)},
        ]
    )
    assert "women only: Monday 9:00 to 12:00" in lines
    assert "by phone, until Dec. 31, 2026: Tuesday 9:00 to 12:00" in lines


def test_a_message_says_when_it_is_closed():
    place = make_address(desks=[{}])
    make_special_day(place, "2026-12-24", "2026-12-26", reason=Words(fr="Fêtes", nl="Feesten"))
    with override("fr"):
        lines = plain_text(seen(place)).splitlines()
    assert "24 décembre 2026 – 26 décembre 2026, fermé, Fêtes" in lines


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("nl", "/nl/adressen/permanence.vcf", "/nl/adressen/spreekuur.vcf"),
        ("fr", "/fr/adresses/spreekuur.vcf", "/fr/adresses/permanence.vcf"),
    ],
)
def test_a_card_under_the_slug_of_the_other_language_leads_to_a_card(client, language, wrong, right):
    make_address(fr={"slug": "permanence"}, nl={"slug": "spreekuur"})
    response = client.get(wrong)
    assert (response.status_code, response.headers["Location"]) == (301, right)
    assert client.get(right).headers["Content-Type"] == "text/vcard; charset=utf-8"


def test_a_card_costs_no_page(client, django_assert_max_num_queries):
    make_address(fr={"slug": "permanence"}, phones=["02 000 00 00"], desks=[{}])
    with django_assert_max_num_queries(5):
        assert client.get("/fr/adresses/permanence.vcf").status_code == 200


# --- The table, which costs the most -----------------------------------------------------------------------------


@pytest.fixture
def kept(settings):
    """Files are kept, as in production."""
    settings.KEEP_PAGES = True
    caches["files"].clear()
    yield
    caches["files"].clear()


def test_the_second_reader_of_the_minute_gets_the_same_table_for_one_query(client, kept, monkeypatch):
    monkeypatch.setitem(kept_pages.LONGEST_KEPT, "pages", 0)  # a file is longer than pages may be
    make_address(desks=[{}])
    for query in ("", "?open=now&walk_in=1"):
        href = address("addresses:sheet", "fr") + query
        first = client.get(href)
        with CaptureQueriesContext(connection) as captured:
            again = client.get(href)
        assert len(captured) == 1
        assert again.content == first.content
        assert again.headers["Content-Disposition"] == first.headers["Content-Disposition"]


def test_who_downloads_the_table_after_a_change_gets_the_change(client, kept):
    make_address(fr={"title": "Avant"})
    href = address("addresses:sheet", "fr")
    assert "Après" not in client.get(href).content.decode()
    make_address(fr={"title": "Après"})
    assert "Après" in client.get(href).content.decode()


def test_a_table_that_is_too_long_is_made_anew_each_time(client, kept, monkeypatch):
    monkeypatch.setitem(kept_pages.LONGEST_KEPT, "files", 100)
    make_address()
    href = address("addresses:sheet", "fr")
    client.get(href)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(href).status_code == 200
    assert len(captured) > 1
