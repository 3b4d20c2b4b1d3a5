"""A last day is told before it is over, a first day before it comes: to whoever is about to go there."""

import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from addresses.booklet_making import draft_booklet
from addresses.filters import at_one_desk
from addresses.models import Address
from addresses.sheet import remark
from addresses.today import Kind
from tests.makers import every_day, make_address, make_organisation
from tests.pages import LANGUAGES, Page, address, words

pytestmark = pytest.mark.django_db

LAST = datetime.date(2026, 11, 25)
FIRST = datetime.date(2026, 12, 7)
SAID = {
    "fr": ("Ici jusqu’au 25 novembre 2026.", "7 décembre 2026"),
    "nl": ("25 november 2026.", "7 december 2026"),
}


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Set the clock on the wall: Monday, half past ten, unless a test says otherwise."""

    def set_clock(text):
        moment = timezone.make_aware(datetime.datetime.fromisoformat(text))
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(datetime.UTC))

    set_clock("2026-11-23 10:30:10")
    return set_clock


def seen(obj):
    return Address.objects.public_unordered().with_relations().get(pk=obj.pk)


# --- Told before it is over --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_last_day_while_one_can_still_go_and_where_to_go_afterwards(client, language):
    new = make_address(fr={"title": "Nouveau"}, nl={"title": "Nieuw"}, valid_from=LAST + datetime.timedelta(days=1))
    old = make_address(desks=[{}], valid_until=LAST, moved_to=new)
    page = Page(client.get(old.get_absolute_url(language)))
    (banner,) = [item for item in page.elements("div") if "validity--banner" in (item.get("class") or "")]
    assert SAID[language][0] in words(banner)
    assert [link.get("href") for link in banner.iter("a")] == [new.get_absolute_url(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_the_last_day_to_who_chooses_there(client, language):
    make_address(desks=[{}], valid_until=LAST)
    assert SAID[language][0] in Page(client.get(address("addresses:list", language))).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_organisations_page_says_first_and_last_days_of_its_addresses(client, language):
    organisation = make_organisation()
    make_address(organisation=organisation, desks=[{}], valid_until=LAST)
    make_address(organisation=organisation, desks=[{}], valid_from=FIRST)
    text = Page(client.get(organisation.get_absolute_url(language))).text
    assert all(said in text for said in SAID[language])


@pytest.mark.parametrize(
    ("validity", "said"),
    [
        ({}, ""),
        ({"valid_until": LAST}, "Here until Nov. 25, 2026."),
        ({"valid_from": FIRST}, "Not here yet: only from Dec. 7, 2026."),
        (
            {"valid_from": FIRST, "valid_until": FIRST},
            "Not here yet: only from Dec. 7, 2026. Here until Dec. 7, 2026.",
        ),
        ({"valid_until": datetime.date(2026, 11, 22)}, "No longer here"),
    ],
)
def test_a_row_of_the_table_says_since_when_and_until_when_it_holds(validity, said):
    with override("en"):
        assert remark(seen(make_address(desks=[{}], **validity))) == said


def test_a_row_of_the_table_keeps_every_warning():
    with override("en"):
        assert remark(seen(make_address(is_sample=True, valid_until=LAST))) == (
            "Invented example; Here until Nov. 25, 2026."
        )


# --- No promise of what will not come ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ({"th": "9:00-12:00"}, "Closed now, and it does not open here again"),
        ({"we": "9:00-12:00", "th": "9:00-12:00"}, "Closed now. Opens on Wednesday at 9:00"),
    ],
)
def test_nobody_is_told_of_an_opening_after_the_last_day(week, said):
    with override("en"):
        assert seen(make_address(desks=[{"week": week}], valid_until=LAST)).today.text == said


def test_a_desk_whose_hours_run_out_is_not_told_to_open_later():
    desk = {"week": {"th": "9:00-12:00"}, "ends": LAST}
    with override("en"):
        assert seen(make_address(desks=[desk])).today.text == "Closed now, and for the next two weeks"


@pytest.mark.parametrize("last", [{"valid_until": LAST}, {}])
def test_the_last_night_ends_at_the_midnight_at_which_the_page_takes_it_away(at, last):
    season = {} if last else {"ends": LAST}
    place = make_address(desks=[{"week": every_day("20:00-8:00+1"), **season}], **last)
    at("2026-11-24 21:00")
    with override("en"):
        assert seen(place).today.text == "Open now, until 8:00 tomorrow"
    at("2026-11-25 21:00")
    with override("en"):
        assert seen(place).today.text == "Open now, until midnight"
    at("2026-11-26 00:00")
    assert seen(place).today.kind != Kind.OPEN


@pytest.mark.parametrize("validity", [{"valid_until": datetime.date(2026, 11, 22)}, {"valid_from": FIRST}])
def test_where_nobody_is_there_are_no_hours_today(validity):
    assert seen(make_address(desks=[{}], **validity)).hours_today == []


def test_a_day_of_the_week_finds_no_desk_whose_hours_have_run_out_by_then():
    make_address(desks=[{"ends": LAST}])
    public = Address.objects.public_unordered()
    assert at_one_desk(public, {"open": ["we"]}).exists()
    assert not at_one_desk(public, {"open": ["th"]}).exists()


# --- What a check found gone -------------------------------------------------------------------------------------


def test_a_service_that_is_no_more_sends_nobody_there_from_paper_neighbours_or_data(client):
    gone = make_address(fr={"title": "Fini"}, desks=[{}], checks=[{"result": "closed"}])
    other = make_address(fr={"title": "Ouvert"}, desks=[{}])
    page = client.get(gone.get_absolute_url("fr")).content.decode()
    assert 'id="t-hours"' not in page
    assert "Fini" not in client.get(other.get_absolute_url("fr")).content.decode()
    with override("fr"):
        assert [printed.pk for printed in draft_booklet().addresses] == [other.pk]
    services = {
        service["name"]: service["status"] for service in client.get(address("addresses:hsds", "fr")).json()["contents"]
    }
    assert services == {"Fini": "defunct", "Ouvert": "active"}
