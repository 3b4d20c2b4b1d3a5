"""A reader narrows the list of useful addresses: need, place, language, clock; nothing hidden is ever offered."""

import datetime
import re
from itertools import pairwise
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.utils import timezone

from addresses.models import Address
from addresses.today import Kind
from tests.makers import every_day, make_address, make_desk, write
from tests.pages import LANGUAGES, Page, words

pytestmark = pytest.mark.django_db

LIST = {"fr": "/fr/adresses/", "nl": "/nl/adressen/"}
FILTERS = ("need", "spoken", "open", "papers", "free", "walk_in", "step_free", "audience")
MONDAY = {"mo": "9:00-17:00"}
YESTERDAY = datetime.date(2026, 11, 22)

SCHAERBEEK = {"postcode": "1030", "commune_nis": "21015"}
IXELLES = {"postcode": "1050", "commune_nis": "21009"}
BRUSSELS = {"postcode": "1050", "commune_nis": "21004"}
NAMUR = {"postcode": "5000", "commune_nis": "92094"}
ANTWERP = {"postcode": "2000", "commune_nis": "11002"}
MONS = {"postcode": "7000", "commune_nis": "53053"}
WITHOUT_POINT = {"postcode": "1150", "commune_nis": "21019"}  # Woluwe-Saint-Pierre
NOWHERE = {"postcode": "", "commune_nis": ""}


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Set the clock on the wall: Monday, half past ten, unless a test says otherwise."""

    def set_clock(text):
        moment = timezone.make_aware(datetime.datetime.fromisoformat(text))
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(datetime.UTC))

    set_clock("2026-11-23 10:30:10")
    return set_clock


def named(name, **given):
    """An address with the same name in both languages, unless told otherwise."""
    return make_address(**{"fr": {"title": name}, "nl": {"title": name}, **given})


@pytest.fixture
def town():
    """Seven addresses; Beta exists in French only, Delta in Dutch only."""
    return {
        "Alpha": named(
            "Alpha",
            **SCHAERBEEK,
            categories=["legal"],
            languages=["fr", "ar"],
            papers="not_asked",
            cost="free",
            step_free="yes",
            desks=[{"week": MONDAY}],
        ),
        "Beta": named(
            "Beta",
            **IXELLES,
            nl=None,
            categories=["legal", "health"],
            languages=["fr", "en"],
            papers="asked",
            cost="paid",
            step_free="no",
            desks=[{"week": {"tu": "9:00-12:00"}}, {"week": MONDAY, "access": "appointment"}],
        ),
        "Gamma": named(
            "Gamma",
            **NAMUR,
            categories=["housing"],
            languages=["ar", "nl"],
            papers="not_asked",
            cost="free",
            desks=[{"week": MONDAY, "audience": "women"}, {"week": {"we": "9:00-12:00"}, "audience": "minors"}],
        ),
        "Delta": named(
            "Delta",
            **ANTWERP,
            fr=None,
            categories=["health"],
            cost="free",
            desks=[
                {"access": "phone", "week": every_day("0:00-24:00")},
                {"audience": "women", "hours_kind": "unknown"},
            ],
        ),
        "Epsilon": named("Epsilon", **NOWHERE, categories=["legal"], languages=["ar"], step_free="yes"),
        "Zeta": named("Zeta", **WITHOUT_POINT, categories=["material"], desks=[{"hours_kind": "appointment"}]),
        "Eta": named("Eta", **MONS, cost="depends"),
    }


IN_FRENCH = ["Delta", "Beta", "Eta", "Gamma", "Alpha", "Zeta", "Epsilon"]  # Anvers, Ixelles, Mons, Namur, Schaerbeek…
IN_DUTCH = ["Delta", "Eta", "Beta", "Gamma", "Alpha", "Zeta", "Epsilon"]  # Antwerpen, Bergen, Elsene, Namen…


def seen(client, language, query=""):
    return Page(client.get(f"{LIST[language]}{query}"))


def entries(client, language, query=""):
    return seen(client, language, query).entries()


def count_in(text):
    """The number that stands at the end of the words of a choice."""
    return int(re.findall(r"\d+", text)[-1])


def communes(page):
    """[(the words of the heading, the names below it)] of a list, in order."""
    groups = [item for item in page.elements("div", within=page.main) if item.get("class") == "commune"]
    return [(words(next(group.iter("h2"))), [words(name) for name in group.iter("h3")]) for group in groups]


def field(page, name):
    (found,) = page.elements("input", name=name)
    return found


# --- What narrows ------------------------------------------------------------------------------------------------


def test_the_list_holds_everything_published_in_either_language_by_municipality(client, town):
    assert entries(client, "fr") == IN_FRENCH
    assert entries(client, "nl") == IN_DUTCH
    assert [heading for heading, _names in communes(seen(client, "nl"))][:3] == ["Antwerpen", "Bergen", "Elsene"]
    assert len(communes(seen(client, "nl"))) == 7


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?need=legal", "Alpha Beta Epsilon"),
        ("?need=legal&need=housing", "Alpha Beta Gamma Epsilon"),
        ("?need=school", ""),
        ("?spoken=ar", "Alpha Gamma Epsilon"),
        ("?spoken=ar&spoken=en", "Alpha Beta Gamma Epsilon"),
        ("?papers=1", "Alpha Gamma"),
        ("?free=1", "Alpha Gamma Delta"),
        ("?step_free=1", "Alpha Epsilon"),
        ("?walk_in=1", "Alpha Beta Gamma Delta"),  # Delta has a second desk, whose hours are not known
        ("?audience=women", "Gamma Delta"),
        ("?audience=minors", "Gamma"),
        ("?audience=minors&audience=women", "Gamma Delta"),
        ("?audience=families", ""),
        ("?open=now", "Alpha Beta Gamma Delta"),
        ("?open=mo", "Alpha Beta Gamma Delta"),
        ("?open=tu", "Beta Delta"),
        ("?open=we", "Gamma Delta"),
        ("?open=su", "Delta"),
        ("?open=tu&open=we", "Beta Gamma Delta"),
        # Filters combine
        ("?need=legal&near=1030&spoken=ar&papers=1&free=1&walk_in=1&open=now&step_free=1&audience=", "Alpha"),
        ("?need=housing&near=1030&spoken=ar&papers=1&free=1&walk_in=1&open=now&audience=women", "Gamma"),
        ("?need=legal&spoken=ar", "Alpha Epsilon"),
        ("?need=legal&spoken=ar&free=1", "Alpha"),
        ("?need=health&free=1", "Delta"),
        ("?need=health&spoken=ar", ""),
        # … and what is asked of a desk is true of one and the same desk
        ("?walk_in=1&open=now", "Alpha Gamma"),
        ("?walk_in=1&open=tu", "Beta"),
        ("?audience=minors&open=now", ""),
        ("?audience=minors&open=we", "Gamma"),
        ("?audience=women&open=now", "Gamma"),
        ("?audience=women&walk_in=1&open=now", "Gamma"),
        ("?audience=women&walk_in=1&open=we", ""),
        # Nothing chosen, and what we do not know
        ("?need=&near=&spoken=&open=&papers=&free=&walk_in=&step_free=&audience=", "all"),
        ("?nonsense=1&order_by=pk&organisation=1&pk=1&commune_nis=21015&is_sample=1", "all"),
    ],
)
def test_a_reader_narrows_the_list(client, town, query, found):
    for language, order in (("fr", IN_FRENCH), ("nl", IN_DUTCH)):
        expected = [name for name in order if found == "all" or name in found.split()]
        if "near=" in query and "near=&" not in query:  # another order, see below
            assert sorted(entries(client, language, query)) == sorted(expected)
        else:
            assert entries(client, language, query) == expected


def test_a_desk_for_everybody_is_no_choice_of_its_own(client, town):
    page = seen(client, "fr", "?audience=everyone")
    assert page.entries() == []
    assert "everyone" not in page.choices("audience")


def test_a_desk_whose_hours_have_run_out_is_no_desk_any_more(client, at):
    address = named("Alpha", desks=[{"audience": "women", "ends": datetime.date(2026, 11, 23)}])
    assert entries(client, "fr", "?audience=women&walk_in=1&open=now") == ["Alpha"]
    at("2026-11-24 10:30")
    cache.clear()
    for query in ("?walk_in=1", "?audience=women", "?open=now", "?open=tu"):
        assert entries(client, "fr", query) == [], query
    assert seen(client, "fr").choices("audience") == {}
    assert seen(client, "fr").choices("walk_in") == {}
    make_desk(address, week=MONDAY)
    assert entries(client, "fr", "?walk_in=1") == ["Alpha"]


def test_a_season_ends_at_the_midnight_of_its_last_day_in_the_list_and_on_the_page(client, at):
    named("Alpha", desks=[{"week": every_day("20:00-8:00+1"), "ends": datetime.date(2026, 11, 23)}])
    for moment, expected in (("2026-11-23 23:59:59", ["Alpha"]), ("2026-11-24 00:00:00", [])):
        at(moment)
        assert entries(client, "fr", "?open=now") == expected
        (address,) = Address.objects.public("fr").with_facts()
        assert (address.today.kind == Kind.OPEN) is bool(expected)


@pytest.mark.parametrize("kind", ["unknown", "appointment"])
def test_a_special_day_opens_no_desk_whose_hours_are_not_known(client, kind):
    special = {"starts": "2026-11-23", "times": "9:00-17:00"}
    named("Alpha", desks=[{"hours_kind": kind}], special_days=[special])
    assert entries(client, "fr", "?open=now") == []


def test_a_second_category_lists_an_address_once(client):
    named("Alpha", categories=["legal", "health", "social"], desks=[{}, {}, {"audience": "women"}])
    for query in ("", "?need=legal&need=health&need=social", "?walk_in=1&open=now&open=mo&open=tu"):
        assert entries(client, "fr", query) == ["Alpha"]


def test_open_now_follows_the_minute(client, at):
    named("Alpha", desks=[{"week": {"mo": "9:00-12:00"}}])
    for moment, expected in (("08:59:59", []), ("09:00:00", ["Alpha"]), ("11:59:59", ["Alpha"]), ("12:00:00", [])):
        at(f"2026-11-23 {moment}")
        assert entries(client, "fr", "?open=now") == expected, moment


def test_an_address_that_is_to_come_is_listed_but_open_only_from_its_first_day(client):
    named("Alpha", desks=[{}], valid_from=datetime.date(2026, 11, 25))
    assert entries(client, "fr") == ["Alpha"]
    assert entries(client, "fr", "?open=now") == entries(client, "fr", "?open=tu") == []
    assert entries(client, "fr", "?open=we") == entries(client, "fr", "?walk_in=1") == ["Alpha"]


# --- Counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_beside_the_choices_are_of_the_whole_list(client, town, language):
    for query in ("", "?need=legal", "?near=1030&walk_in=1&open=now"):
        page = seen(client, language, query)
        numbers = {name: {value: count_in(text) for value, text in page.choices(name).items()} for name in FILTERS}
        assert numbers == {
            "need": {"legal": 3, "housing": 1, "material": 1, "health": 2},
            "spoken": {"ar": 3, "fr": 2, "en": 1, "nl": 1},
            "open": {"now": 4, "mo": 4, "tu": 2, "we": 2, "th": 1, "fr": 1, "sa": 1, "su": 1},
            "papers": {"1": 2},
            "free": {"1": 3},
            "walk_in": {"1": 4},
            "step_free": {"1": 2},
            "audience": {"women": 2, "minors": 1},
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_offered_has_as_much_behind_it_as_it_says(client, town, language):
    page = seen(client, language)
    for name in FILTERS:
        assert page.choices(name), name
        for value, text in page.choices(name).items():
            assert len(entries(client, language, f"?{name}={value}")) == count_in(text), (name, value)


def test_two_desks_for_women_are_one_address(client):
    named("Alpha", desks=[{"audience": "women"}, {"audience": "women"}])
    page = seen(client, "fr")
    assert count_in(page.choices("audience")["women"]) == count_in(page.choices("walk_in")["1"]) == 1


def test_needs_and_languages_are_offered_in_the_readers_words(client, town):
    french, dutch = (seen(client, language) for language in LANGUAGES)
    assert "Aide juridique" in french.choices("need")["legal"]
    assert "Juridische hulp" in dutch.choices("need")["legal"]
    assert "arabe" in french.choices("spoken")["ar"]
    assert "Arabisch" in dutch.choices("spoken")["ar"]


def test_the_count_of_what_is_open_is_right_within_the_minute(client, at):
    named("Alpha", desks=[{"week": {"mo": "9:00-10:31"}}])
    assert count_in(seen(client, "fr").choices("open")["now"]) == 1
    at("2026-11-23 10:31:00")
    cache.clear()  # kept for the rest of the minute, see the next test
    assert "now" not in seen(client, "fr").choices("open")


@pytest.mark.parametrize(("second", "most"), [("00", 59), ("10", 49), ("58", 1), ("59", 0), ("59.9", 0)])
def test_counts_are_kept_for_no_longer_than_the_minute(client, monkeypatch, at, town, second, most):
    ages = {}
    monkeypatch.setattr("content.filters.cache.set", lambda key, facets, age: ages.update({key: age}))
    at(f"2026-11-23 10:30:{second}")
    client.get(LIST["fr"])
    assert [age for key, age in ages.items() if key.startswith("facets:addresses")] == [most]


# --- The place ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["1030", "Schaerbeek", "schaarbeek", " 1030  Schaerbeek ", "B-1030"])
def test_the_nearest_come_first(client, town, language, place):
    page = seen(client, language, f"?near={quote(place)}")
    # Woluwe-Saint-Pierre has no point: behind the farthest municipality of its region. Without a place: last.
    assert page.entries() == ["Alpha", "Beta", "Zeta", "Delta", "Eta", "Gamma", "Epsilon"]
    headings = [heading for heading, _names in communes(page)]
    assert headings[0] == {"fr": "Schaerbeek", "nl": "Schaarbeek"}[language]
    assert headings[1] == {"fr": "Ixelles 4 km", "nl": "Elsene 4 km"}[language]
    assert headings[2] == {"fr": "Woluwe-Saint-Pierre", "nl": "Sint-Pieters-Woluwe"}[language]
    assert headings[3] == {"fr": "Anvers 39 km", "nl": "Antwerpen 39 km"}[language]
    assert field(page, "near").get("value") == " ".join(place.split())


def test_near_narrows_nothing_and_goes_with_every_filter(client, town):
    assert entries(client, "fr", "?near=5000&need=legal") == ["Beta", "Alpha", "Epsilon"]
    assert entries(client, "fr", "?near=2000&free=1") == ["Delta", "Alpha", "Gamma"]
    assert len(entries(client, "fr", "?near=Arlon")) == 7


def test_a_place_without_a_point_has_its_own_first_and_the_rest_after(client, town):
    page = seen(client, "nl", "?near=1150")
    assert page.entries()[0] == "Zeta"
    assert set(page.entries()[1:3]) == {"Alpha", "Beta"}  # the same region
    assert "km" not in "".join(heading for heading, _names in communes(page))


def test_a_postcode_of_two_municipalities_has_both_first(client, town):
    named("Theta", **BRUSSELS)
    page = seen(client, "fr", "?near=1050")
    assert communes(page)[:2] == [("Ixelles", ["Beta"]), ("Bruxelles", ["Theta"])]
    assert page.entries()[2] == "Alpha"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_without_addresses_says_so_and_shows_the_nearest(client, town, language):
    page = seen(client, language, "?near=4000")
    assert page.entries()[0] == "Gamma"
    (notice,) = [item for item in page.elements("div") if item.get("class") == "commune-notice"]
    assert {"fr": "4000 Liège", "nl": "4000 Luik"}[language] in words(notice)
    (notice,) = [item for item in seen(client, language, "?near=1030").elements("div", **{"class": "commune-notice"})]
    assert "1030" not in words(notice)


def test_those_without_a_place_stand_together_also_where_a_municipality_is_no_more(client):
    """Municipalities merge: their numbers may be gone from our tables before staff have put them right."""
    for name, nis in (("Alpha", ""), ("Beta", "99999"), ("Gamma", ""), ("Delta", "21015")):
        named(name, postcode="", commune_nis=nis)
    for query in ("", "?near=1030", "?near=5000"):
        page = seen(client, "fr", query)
        assert [names for _heading, names in communes(page)] == [["Delta"], ["Alpha", "Beta", "Gamma"]]
        assert read_alone(client, "Beta")


def read_alone(client, name):
    """Open the page of the one address of that name."""
    (address,) = [obj for obj in Address.objects.public("fr") if obj.shown.title == name]
    return Page(client.get(address.get_absolute_url("fr")))


def test_without_a_place_there_is_no_distance_and_no_notice(client, town):
    page = seen(client, "fr")
    assert " km" not in page.text
    assert not list(page.elements("div", **{"class": "commune-notice"}))


def test_the_pages_of_a_long_list_hold_each_address_once_whatever_the_municipality(client):
    communes_of = (SCHAERBEEK, IXELLES, NAMUR, ANTWERP, NOWHERE, WITHOUT_POINT)
    for number in range(47):
        named(f"N{number:02}", **communes_of[number % 6], nl={"title": f"N{number:02}"} if number % 3 else None)
    for query in ("?", "?near=1030&", "?near=Namur&"):
        for language in LANGUAGES:
            pages = [seen(client, language, f"{query}page={number}") for number in (1, 2, 3)]
            names = [name for page in pages for name in page.entries()]
            assert [len(page.entries()) for page in pages] == [20, 20, 7]
            assert sorted(names) == [f"N{number:02}" for number in range(47)]
            headings = [heading for page in pages for heading, _names in communes(page)]
            # A municipality goes on at the top of the next page, and nowhere else.
            assert len([one for one, other in pairwise(headings) if one != other]) == 5
            for group in range(6):
                of_a_commune = [name for name in names if int(name[1:]) % 6 == group]
                assert of_a_commune == sorted(of_a_commune)


@pytest.mark.parametrize("number", ["0", "2", "-1", "²", "abc", "1%00", "9" * 4000])
def test_a_page_that_does_not_exist_is_not_found(client, town, number):
    for query in ("", "near=1030&"):
        assert client.get(f"{LIST['fr']}?{query}page={number}").status_code == 404


# --- The choice made ---------------------------------------------------------------------------------------------


def test_the_choice_made_stays_visible_can_be_lifted_and_survives_the_other_language(client, town):
    page = seen(client, "fr", "?need=legal&near=1030&spoken=ar&walk_in=1&open=now")
    assert page.chosen("need") == ["legal"]
    assert page.chosen("spoken") == ["ar"]
    assert page.chosen("walk_in") == ["1"]
    assert page.chosen("open") == ["now"]
    assert "?need=legal&near=1030&spoken=ar&open=now" in page.hrefs()
    assert "?need=legal&spoken=ar&open=now&walk_in=1" in page.hrefs()
    (link,) = [link.get("href") for link in page.elements("a", hreflang="nl")]
    dutch = seen(client, "nl", link.removeprefix(LIST["nl"]))
    assert dutch.entries() == ["Alpha"]
    assert field(dutch, "near").get("value") == "1030"


def test_the_pager_keeps_the_choice(client):
    for number in range(21):
        named(f"N{number:02}", categories=["legal"])
    page = seen(client, "fr", "?need=legal&near=1030")
    (href,) = {href.partition("#")[0] for href, _text in page.links() if "page=2" in href}
    assert entries(client, "fr", href) == ["N20"]
    assert "need=legal" in href
    assert "near=1030" in href


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_that_came_out_empty_says_what_to_loosen_and_how_much_comes_back(client, town, language):
    page = seen(client, language, "?need=housing&walk_in=1&open=we&audience=women&near=1030")
    assert page.entries() == []
    (box,) = [item for item in page.elements("div") if item.get("class") == "no-result"]
    ways = {
        link.get("href").removesuffix("#results"): count_in(words(item))
        for item in box.iter("li")
        for link in item.iter("a")
    }
    assert ways == {
        "?need=housing&near=1030&walk_in=1&audience=women": 1,  # on another day
        "?need=housing&near=1030&open=we&walk_in=1": 1,  # the desk for minors
    }
    for href, count in ways.items():
        assert len(entries(client, language, href)) == count


def test_the_empty_list_is_a_page(client):
    for language in LANGUAGES:
        assert seen(client, language).entries() == []
        assert seen(client, language, "?near=1030").entries() == []


# --- Bad input ---------------------------------------------------------------------------------------------------

ANYTHING = (
    *("Xyzzy", "9999", "0000", "10 30", "²", "١٠٣٠", "🏠", "\x00", "1030\x00", "legal\x00", "%", "_", "' OR 1=1--"),
    *("<script>alert(1)</script>", "x" * 101, "x" * 7000, "1030 " * 1400, "\u202e1030", "de", "-", "1030\x7f"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_value_in_the_address_is_told_and_widens_nothing(client, town, language):
    for name in FILTERS:
        page = seen(client, language, f"?{name}=nonsense&near=1030")
        assert page.entries() == [], name
        assert "nonsense" in page.text
        assert list(page.elements("div", **{"class": "error-summary"}))


def test_a_box_is_ticked_by_one_value_only(client, town):
    for name in ("papers", "free", "walk_in", "step_free"):
        for value in ("0", "true", "on", "2", "²"):
            assert entries(client, "fr", f"?{name}={value}") == [], (name, value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "meant"), [("Schaerbek", "Schaerbeek"), ("Antverpen", "Antwerpen")])
def test_a_misspelt_place_is_kept_as_typed_with_what_may_be_meant(client, town, language, typed, meant):
    page = seen(client, language, f"?near={typed}&need=legal")
    assert page.entries() == []
    assert field(page, "near").get("value") == typed
    assert field(page, "near").get("aria-invalid") == "true"
    assert typed in page.text
    assert meant in page.text
    assert page.chosen("need") == ["legal"]
    (fold,) = [item for item in page.elements("details") if item.get("class") == "filters"]
    assert fold.get("open") is not None


@pytest.mark.parametrize("name", ["near", *FILTERS])
def test_whatever_stands_in_the_address_the_page_answers(client, town, name):
    for value in ANYTHING:
        response = client.get(LIST["fr"], {name: value})
        page = Page(response)
        assert page.entries() == [], value
        assert "<script>alert" not in page.html
        assert "\x00" not in page.html
        assert len(page.text) < 5000
        assert len(field(page, "near").get("value")) <= 100
        assert list(page.elements("div", **{"class": "error-summary"}))
        assert not response.cookies


def test_bytes_that_are_no_text_are_no_choice(client, town):
    for name in ("near", *FILTERS):
        assert entries(client, "fr", f"?{name}=%ff%fe") == []


def test_a_place_of_nothing_is_no_place(client, town):
    for space in ("", " ", "\t\n", "\u00a0"):
        assert Page(client.get(LIST["fr"], {"near": space})).entries() == IN_FRENCH


def test_a_place_given_twice_is_the_last_one(client, town):
    assert entries(client, "fr", "?near=1030&near=5000")[0] == "Gamma"


@pytest.mark.parametrize("query", ["need=legal", "spoken=ar", "open=now", "near=1030", "walk_in=1"])
def test_a_value_repeated_a_thousand_times_is_one_value(client, town, query, django_assert_max_num_queries):
    with django_assert_max_num_queries(35):
        page = seen(client, "fr", f"?{'&'.join([query] * 1000)}")
    assert page.entries() == entries(client, "fr", f"?{query}")


def test_every_value_of_every_filter_at_once_is_answered(client, town):
    page = seen(client, "fr")
    every = "&".join(f"{name}={value}" for name in FILTERS for value in page.choices(name))
    # No desk of an address without papers asked, free and step-free is for women or minors.
    assert entries(client, "fr", f"?{every}") == []
    without_audience = "&".join(part for part in every.split("&") if not part.startswith("audience"))
    assert entries(client, "fr", f"?{without_audience}") == ["Alpha"]


# --- Published or not --------------------------------------------------------------------------------------------

HIDDEN = {
    "categories": ["trafficking", "legal"],
    "languages": ["ti", "ar"],
    "papers": "not_asked",
    "cost": "free",
    "step_free": "yes",
    "postcode": "6700",
    "commune_nis": "81001",
}
FOR_FAMILIES = [{"audience": "families", "week": {"sa": "3:00-4:00"}}, {"audience": "families"}]


@pytest.mark.parametrize("hidden", ["draft", "scheduled", "withdrawn", "gone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_hidden_or_has_gone_is_no_choice_and_in_no_count(client, town, language, hidden):
    before = seen(client, language)
    cache.clear()
    words = {"title": "Zzz", "state": "published" if hidden == "gone" else hidden}
    last_day = YESTERDAY if hidden == "gone" else None
    make_address(**HIDDEN, fr=words, nl=words, desks=FOR_FAMILIES, valid_until=last_day)
    page = seen(client, language)
    assert {name: page.choices(name) for name in FILTERS} == {name: before.choices(name) for name in FILTERS}
    assert "Arlon" not in page.html
    assert "Aarlen" not in page.html
    for query in ("", "?need=trafficking", "?spoken=ti", "?audience=families", "?near=6700", "?free=1", "?open=sa"):
        assert "Zzz" not in seen(client, language, query).html, query


def test_an_address_that_is_withdrawn_leaves_list_and_counts(client, town):
    assert count_in(seen(client, "fr").choices("need")["housing"]) == 1
    for language in LANGUAGES:
        write(town["Gamma"], language, state="withdrawn")
    cache.clear()  # a minute later
    assert "housing" not in seen(client, "fr").choices("need")
    assert "Gamma" not in entries(client, "fr")


def test_an_address_is_there_until_the_end_of_its_last_day(client, at):
    named("Alpha", desks=[{}], valid_until=datetime.date(2026, 11, 23))
    at("2026-11-23 23:59:59")
    assert entries(client, "fr") == ["Alpha"]
    at("2026-11-24 00:00:00")
    assert entries(client, "fr") == []


@pytest.mark.parametrize(("language", "place"), [("fr", "Schaerbeek"), ("nl", "Schaarbeek")])
def test_a_place_that_is_misspelt_leads_to_those_that_are_meant_and_keeps_the_choice(client, town, language, place):
    page = seen(client, language, "?need=legal&near=Schaerbeeck")
    (href,) = [href for href in page.hrefs() if href.startswith("?need=legal&near=Scha")]
    assert place in page.text
    assert entries(client, language, href.removesuffix("#results"))
