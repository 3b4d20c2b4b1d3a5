"""The list of addresses as a file for spreadsheets: what the list shows, in the reader's language, without formulas."""

import csv
import datetime
import io

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from addresses.checking import record_check
from addresses.models import Category, Phone
from addresses.sheet import COLUMNS
from content.fields import Words
from tests.makers import every_day, make_address, make_desk, make_organisation, make_special_day
from tests.pages import LANGUAGES, address

pytestmark = pytest.mark.django_db

MIDNIGHTS = 100  # days ahead that no run of the tests reaches
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def path(language="fr", query=""):
    return address("addresses:sheet", language) + query


def lines(client, language="fr", query=""):
    """The cells of the file, its headings first."""
    response = client.get(path(language, query))
    assert response.status_code == 200
    assert response.content.startswith(b"\xef\xbb\xbf"), "Excel takes UTF-8 for something else without the mark"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def rows(client, language="fr", query=""):
    """The rows as {heading in English: cell}."""
    headings, *found = lines(client, language, query)
    with override(language):
        assert headings == [str(heading) for heading, _cell in COLUMNS]
    with override("en"):
        english = [str(heading) for heading, _cell in COLUMNS]
    return [dict(zip(english, row, strict=True)) for row in found]


def only(client, language="fr", query=""):
    (row,) = rows(client, language, query)
    return row


def names(client, query="", language="fr"):
    return [row["Name"] for row in rows(client, language, query)]


@pytest.fixture
def rich():
    """An address that has everything."""
    Category.objects.update_or_create(key="legal", defaults={"name": Words(fr="Aide juridique", nl="Juridische hulp")})
    found = make_address(
        organisation=make_organisation(fr={"title": "Entraide à l’étranger"}, nl={"title": "Hulp in het buitenland"}),
        categories=["legal"],
        papers="not_asked",
        situations=["asylum"],
        cost="free",
        languages=["fr", "ar"],
        interpreter="yes",
        step_free="yes",
        email="aide@example.org",
        website="https://example.org/",
        fr={
            "title": "Où aller ? Œuvre « Été »",
            "street": "rue de l’Exemple 1",
            "for_whom": "Les habitants; leurs amis",
            "bring": "Vos lettres",
            "price_note": "Un don",
        },
        nl={"title": "Waarheen?", "street": "Voorbeeldstraat 1"},
    )
    Phone(address=found, number="+32 2 000 00 00", label=Words(fr="Accueil"), languages=["fr"]).save()
    Phone(address=found, number="02 000 00 01").save()
    make_desk(found, week={**every_day("9:00-12:00"), "su": "20:00-8:00+1"})
    women = make_desk(found, audience="women", hours_kind="appointment", access="appointment", label={"fr": "Femmes"})
    ahead = timezone.localdate() + datetime.timedelta(days=MIDNIGHTS)
    make_special_day(found, ahead, reason=Words(fr="Congé"))
    make_special_day(found, ahead, times="10:00-11:00", desk=women)
    record_check(found, how="call", result="right")
    return found


# --- What stands in it -----------------------------------------------------------------------------------------


def test_a_row_says_what_the_page_says_with_its_accents(client, rich):
    row = only(client)
    assert row["Name"] == "Où aller ? Œuvre « Été »"
    assert row["Organisation"] == "Entraide à l’étranger"
    assert row["Needs"] == "Aide juridique"
    assert (row["Street and number"], row["Postcode"], row["Municipality"]) == (
        "rue de l’Exemple 1",
        "1030",
        "Schaerbeek",
    )
    assert row["Languages spoken"].startswith("français et arabe")
    assert "Les habitants; leurs amis" in row["Who can come"]
    assert row["What to bring"] == "Vos lettres"
    assert row["Price"].endswith("Un don")
    assert (row["E-mail"], row["Website"]) == ("aide@example.org", "https://example.org/")
    assert all(row[name] for name in ("How", "Residence papers", "Step-free access", "State of the check"))
    assert row["Last check"] == timezone.localdate().isoformat()
    assert row["Page"] == settings.SITE_URL + rich.get_absolute_url("fr")
    assert row["Language of the text"] == "français"
    assert row["Remark"] == ""


def test_hours_stand_desk_by_desk_then_the_days_that_are_different(client, rich):
    everyone, women, closed, special = only(client)["Opening hours"].split("\n")
    assert "9" in everyone and "12" in everyone and "20" in everyone
    assert women.startswith("Femmes, ")
    assert closed.endswith(", Congé")
    assert "Femmes" in special and "11" in special


def test_a_dutch_file_is_in_dutch(client, rich):
    row = only(client, "nl")
    assert (row["Name"], row["Street and number"], row["Municipality"]) == (
        "Waarheen?",
        "Voorbeeldstraat 1",
        "Schaarbeek",
    )
    assert (row["Needs"], row["Organisation"]) == ("Juridische hulp", "Hulp in het buitenland")
    assert row["Language of the text"] == "Nederlands"
    assert row["Page"] == settings.SITE_URL + rich.get_absolute_url("nl")


def test_a_text_that_is_only_in_french_stands_in_the_dutch_file_and_says_so(client):
    make_address(fr={"title": "Seulement en français"})
    row = only(client, "nl")
    assert (row["Name"], row["Language of the text"]) == ("Seulement en français", "Frans")


def test_what_is_not_known_is_an_empty_cell(client):
    make_address(fr={"title": "Presque rien"}, postcode="", commune_nis="")
    row = only(client)
    said = {name for name, cell in row.items() if cell}
    assert said == {"Name", "Remark", "State of the check", "Page", "Language of the text"}


def test_an_invented_example_and_what_is_yet_to_come_are_remarked(client):
    make_address(fr={"title": "Inventée"}, is_sample=True)
    make_address(fr={"title": "À venir"}, valid_from=timezone.localdate() + datetime.timedelta(days=MIDNIGHTS))
    make_address(fr={"title": "Ordinaire"})
    assert {row["Name"]: bool(row["Remark"]) for row in rows(client)} == {
        "Inventée": True,
        "À venir": True,
        "Ordinaire": False,
    }


@pytest.mark.parametrize("start", ["=1+1", "+32 2", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_no_cell_is_a_formula(client, start):
    found = make_address(
        fr={name: f"{start} x" for name in ("title", "street", "for_whom", "bring", "price_note")},
        desks=[{"label": {"fr": f"{start} x"}, "note": {"fr": start}}],
    )
    Phone(address=found, number="+32 2 000 00 00").save()
    cells = [cell for line in lines(client) for cell in line]
    assert [cell for cell in cells if cell.startswith(FORMULA_STARTS)] == []
    row = only(client)
    assert row["Phone"] == "'+32 2 000 00 00"
    assert row["Name"].startswith("'")


def test_a_cell_may_hold_what_separates_cells(client):
    make_address(fr={"title": 'Un "bon"; lieu', "bring": "a;b,c"})
    row = only(client)
    assert (row["Name"], row["What to bring"]) == ('Un "bon"; lieu', "a;b,c")


# --- Which rows ------------------------------------------------------------------------------------------------


def test_only_what_is_public_now_is_there(client):
    make_address(fr={"title": "Publique"})
    for state in ("draft", "scheduled", "withdrawn"):
        make_address(state=state)
    make_address(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    make_address(fr={"title": "Sans nom"}, organisation=make_organisation(state="draft"))
    found = rows(client)
    assert sorted(row["Name"] for row in found) == ["Publique", "Sans nom"]
    assert {row["Organisation"] for row in found} == {""}


def test_filters_narrow_the_file_as_they_narrow_the_list(client):
    make_address(fr={"title": "Les deux"}, cost="free", papers="not_asked", desks=[{}])
    make_address(fr={"title": "Gratuite"}, cost="free")
    make_address(fr={"title": "Sans papiers"}, papers="not_asked")
    assert names(client, "?free=1") == ["Gratuite", "Les deux"]
    assert names(client, "?free=1&papers=1") == ["Les deux"]
    assert names(client, "?free=1&papers=1&walk_in=1") == ["Les deux"]
    assert names(client, "?free=1&step_free=1") == []


def test_the_nearest_stand_first(client):
    make_address(fr={"title": "Loin"}, postcode="5000", commune_nis="92094")
    make_address(fr={"title": "Près"})
    assert names(client, "?near=1030") == ["Près", "Loin"]
    assert names(client, "?near=5000") == ["Loin", "Près"]


def test_the_file_is_whole_and_knows_no_pages(client):
    for _ in range(25):
        make_address()
    assert len(rows(client)) == len(rows(client, query="?page=2")) == 25


@pytest.mark.parametrize("query", ["need=nowhere", "near=Nullepart", "open=%00", "free=2", "need=%C2%B2"])
def test_a_bad_value_leads_to_the_list_which_says_what_is_wrong(client, query):
    make_address()
    response = client.get(path("nl", f"?{query}&utm_source=x"))
    assert response.status_code == 302
    assert response.headers["Location"] == f"{address('addresses:list', 'nl')}?{query}"


# --- Served ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_has_a_name_and_any_cache_may_hold_it(client, language):
    response = client.get(path(language))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    stem = path(language).rpartition("/")[2].removesuffix(".csv")
    day = timezone.localdate().isoformat()
    assert response.headers["Content-Disposition"] == f'attachment; filename="{stem}-{day}.csv"'
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies


def queries(client, language):
    client.get(path(language))  # the counts of the filters are known from here on
    with CaptureQueriesContext(connection) as captured:
        rows(client, language)
    return len(captured)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_times_as_many_addresses_cost_no_query_more(client, monkeypatch, language):
    # What is open is counted anew with each minute; here no minute ends between two looks.
    monkeypatch.setattr("addresses.filters.AddressFilterSet.facets_age", lambda self: 60)

    def make_more(number):
        for _ in range(number):
            found = make_address(
                organisation=make_organisation(),
                phones=["02 000 00 00"],
                desks=[{}, {"audience": "women"}],
                checks=[{}],
            )
            ahead = timezone.localdate() + datetime.timedelta(days=MIDNIGHTS)
            make_special_day(found, ahead, desk=found.desks.first())

    make_more(3)
    few = queries(client, language)
    make_more(27)
    cache.clear()
    assert queries(client, language) == few <= 14
