"""The sample addresses: enough of them, of every kind, and nothing invented about a real body."""

import datetime
import re

import pytest
import reversion

from addresses.category_list import CATEGORIES
from addresses.checking import CheckState
from addresses.models import Access, Address, Audience, Cost, Desk, HoursKind, Known, Papers, Phone, SpecialDay
from addresses.sample import loader
from content import sample
from content.publication import State
from organisations.sample import loader as organisations

#: Where the language stands in which an entry is meant to be alone.
ALONE = {"south_welcome": "fr", "buddies": "nl"}
ENTRIES = {entry["key"]: entry for entry in sample.read(loader.ENTRIES)}
REAL = {key: entry for key, entry in ENTRIES.items() if not entry.get("is_sample")}
INVENTED = {key: entry for key, entry in ENTRIES.items() if entry.get("is_sample")}


@pytest.fixture
def loaded(db, settings):
    """The sample addresses and the organisations behind them, without the smaller pictures of logos."""
    settings.CONTENT_STEPS = [step for step in settings.CONTENT_STEPS if not step.endswith("make_renditions")]
    organisations.load()
    loader.load()


def find(key):
    return sample.find(Address, key)


def sentences(node):
    """Return every text in a part of an entry."""
    if isinstance(node, str):
        return [node]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for part in parts for text in sentences(part)]


# --- What is real, what is invented


def test_of_a_real_body_nothing_is_told_but_its_name_its_website_and_what_it_is_for():
    told = {"key", "organisation", "website", "categories", "texts"}
    words = {"state", "title", "title_language", "name_explained", "slug", "summary", "text"}
    for key, entry in REAL.items():
        assert set(entry) == told, key
        assert all(set(row) <= words for row in entry["texts"].values()), key


def test_a_real_body_has_the_website_of_its_organisation(loaded):
    for key, entry in REAL.items():
        organisation = find(key).organisation
        websites = set(organisation.translations.values_list("website", flat=True))
        assert entry["website"] in websites, key


def test_readers_of_a_real_body_are_told_that_address_and_hours_are_still_missing(client, loaded):
    for key, entry in REAL.items():
        assert find(key).is_incomplete, key
        pages = {
            language: client.get(f"/{language}/{folder}/{entry['texts'][language]['slug']}/").content.decode()
            for language, folder in (("fr", "adresses"), ("nl", "adressen"))
        }
        assert "Adresse et heures à compléter par le CIRÉ" in pages["fr"], key
        assert "Adres en uren nog aan te vullen door CIRÉ" in pages["nl"], key


def test_the_name_of_an_invented_address_says_that_it_is_an_example():
    for key, entry in INVENTED.items():
        for language, row in entry["texts"].items():
            name = row["title"] + row.get("name_explained", "")
            assert re.search("Exemple|Voorbeeld", name), (key, language)


def test_invented_streets_telephones_and_links_lead_nowhere():
    for key, entry in INVENTED.items():
        assert "organisation" not in entry, key
        assert entry["website"].startswith("https://example.org/"), key
        assert entry.get("email", "@example.org").endswith("@example.org"), key
        assert all(re.fullmatch(r"0\d{0,3}[ 0]+", phone["number"]) for phone in entry.get("phones", [])), key
        streets = [row["street"] for row in entry["texts"].values() if "street" in row]
        assert all(re.search("de l’Exemple|Voorbeeld", street) for street in streets), key
        assert not re.search(r"https?://(?!example\.org/)|@(?!example\.org)", " ".join(sentences(entry))), key


# --- Enough of everything


def test_there_are_more_than_thirty_addresses_in_more_than_twenty_communes():
    assert len(ENTRIES) >= 34
    assert len({entry["commune_nis"] for entry in INVENTED.values() if "commune_nis" in entry}) > 20


def test_every_category_has_an_invented_address():
    assert {key for entry in INVENTED.values() for key in entry["categories"]} == {key for key, *_words in CATEGORIES}


@pytest.mark.parametrize(
    ("column", "choices"), [("papers", Papers), ("cost", Cost), ("step_free", Known), ("interpreter", Known)]
)
def test_every_choice_for_an_address_is_used_by_an_invented_one(column, choices):
    default = Address._meta.get_field(column).default
    assert {entry.get(column, default) for entry in INVENTED.values()} == set(choices.values)


@pytest.mark.parametrize(("column", "choices"), [("access", Access), ("audience", Audience), ("hours_kind", HoursKind)])
def test_every_choice_for_a_desk_is_used_by_an_invented_address(column, choices):
    defaults = {"audience": Audience.EVERYONE, "hours_kind": HoursKind.WEEKLY}
    desks = [desk for entry in INVENTED.values() for desk in entry["desks"]]
    assert {desk.get(column, defaults.get(column)) for desk in desks} == set(choices.values)


def test_addresses_were_checked_lately_long_ago_never_or_are_in_doubt(loaded):
    states = {address.check_state for address in Address.objects.with_checks()}
    assert states == set(CheckState)


def test_one_has_gone_and_says_where_to_one_is_still_to_come(loaded):
    old = find("housing_old")
    assert old.has_gone
    assert old.moved_to == find("housing")
    assert find("family_house").is_to_come


def test_french_and_dutch_are_both_there_but_for_those_that_are_meant_to_be_alone(loaded):
    for key in ENTRIES:
        states = {row.language_code: row.state for row in find(key).translations.all()}
        if key in ALONE:
            assert states == {ALONE[key]: State.PUBLISHED}, key
        elif key == "diploma_desk":
            assert states == {"fr": State.PUBLISHED, "nl": State.DRAFT}
        else:
            assert states == {"fr": State.PUBLISHED, "nl": State.PUBLISHED}, key


def test_summaries_are_short():
    rows = [(key, row) for key, entry in ENTRIES.items() for row in entry["texts"].values()]
    assert [key for key, row in rows if not 0 < len(row["summary"]) <= 200] == []


def test_a_free_legal_desk_that_speaks_arabic_and_asks_no_papers_stands_in_1030(loaded):
    desks = Desk.objects.filter(
        access=Access.WALK_IN,
        audience=Audience.EVERYONE,
        address__postcode="1030",
        address__cost=Cost.FREE,
        address__papers=Papers.NOT_ASKED,
        address__categories__key="legal",
    )
    (desk,) = [desk for desk in desks if "ar" in desk.address.languages]
    assert {"mo", "tu", "we", "th", "fr"} <= set(desk.week)
    assert desk.open_periods.count() > 5


# --- Days that count from today


@pytest.mark.parametrize(
    ("today", "season"),
    [
        ("2026-11-23", ("2026-11-15", "2027-03-31")),
        ("2027-03-31", ("2026-11-15", "2027-03-31")),
        ("2027-04-01", ("2027-11-15", "2028-03-31")),
    ],
)
def test_a_season_is_the_one_that_goes_on_or_the_next(monkeypatch, today, season):
    monkeypatch.setattr(loader.timezone, "localdate", lambda: datetime.date.fromisoformat(today))
    assert tuple(map(str, loader.next_days("11-15", "03-31"))) == season


@pytest.mark.parametrize("today", ["2026-11-23", "2026-12-25", "2027-12-26", "2028-02-29"])
def test_a_single_day_is_the_next_one(monkeypatch, today):
    monkeypatch.setattr(loader.timezone, "localdate", lambda: datetime.date.fromisoformat(today))
    first, last = loader.next_days("12-25", "12-25")
    assert first == last >= loader.timezone.localdate()
    assert (first.month, first.day) == (12, 25)


def test_special_days_lie_ahead_and_have_a_reason(loaded):
    days = SpecialDay.objects.all()
    assert days
    assert all(day.ends >= loader.timezone.localdate() and day.starts <= day.ends and day.reason for day in days)


# --- Loading again


def test_loading_twice_creates_nothing_and_changes_nothing(loaded):
    address = find("legal_desk")
    address.phones.all().delete()
    counts = [model.objects.count() for model in (Address, Desk, Phone, SpecialDay)]
    assert loader.load() == 0
    assert [model.objects.count() for model in (Address, Desk, Phone, SpecialDay)] == counts


def test_what_staff_deleted_does_not_come_back(loaded):
    with reversion.create_revision():
        find("buddies").delete()
    assert loader.load() == 0
    assert find("buddies") is None
