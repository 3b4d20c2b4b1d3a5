"""What a search engine is told of an address is what its page says; nothing of an invented example."""

import datetime
import json

import pytest
from django.utils import timezone

from tests.makers import every_day, make_address
from tests.pages import LANGUAGES, Page

pytestmark = pytest.mark.django_db


def data_of(client, obj, language="fr"):
    return Page(client.get(obj.get_absolute_url(language))).json_ld


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_page_says(client, language):
    obj = make_address(
        fr={"title": "Permanence", "summary": "On écoute.", "street": "rue de l’Exemple 12"},
        nl={"title": "Spreekuur", "summary": "Wij luisteren.", "street": "Voorbeeldstraat 12"},
        phones=["02 000 00 01"],
        website="https://example.org/",
        cost="free",
        step_free="yes",
        latitude="50.869000",
        longitude="4.377000",
    )
    page = Page(client.get(obj.get_absolute_url(language)))
    data = page.json_ld
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "Place"
    assert data["@id"] == page.canonical
    assert data["name"] in page.text
    assert data["description"] in page.text
    assert data["telephone"] == ["+3220000001"]
    assert f"tel:{data['telephone'][0]}" in page.hrefs()
    assert data["url"] == "https://example.org/"
    assert data["isAccessibleForFree"] is True
    assert data["amenityFeature"]["value"] is True
    assert data["address"] == {
        "@type": "PostalAddress",
        "streetAddress": {"fr": "rue de l’Exemple 12", "nl": "Voorbeeldstraat 12"}[language],
        "postalCode": "1030",
        "addressLocality": {"fr": "Schaerbeek", "nl": "Schaarbeek"}[language],
        "addressCountry": "BE",
    }
    assert data["geo"] == {"@type": "GeoCoordinates", "latitude": 50.869, "longitude": 4.377}


def test_what_is_not_known_is_not_told(client):
    data = data_of(client, make_address(fr={"title": "Alpha"}))
    assert set(data) == {"@context", "@type", "@id", "name"}
    # Not free is not the same as not known: neither is said.
    assert "isAccessibleForFree" not in data_of(client, make_address(cost="paid"))


def test_nothing_is_told_of_an_invented_example(client):
    assert data_of(client, make_address(fr={"title": "Alpha"}, is_sample=True)) is None


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ({"mo": "9:00-12:00, 13:30-17:00"}, [("Monday", "09:00", "12:00"), ("Monday", "13:30", "17:00")]),
        ({"sa": "20:00-8:00+1"}, [("Saturday", "20:00", "08:00")]),
        ({"su": "0:00-24:00"}, [("Sunday", "00:00", "23:59")]),
        ({"mo": "9:00-12:00", "th": "9:00-12:00"}, [("Monday", "09:00", "12:00"), ("Thursday", "09:00", "12:00")]),
    ],
)
def test_hours_are_those_of_the_week(client, week, expected):
    data = data_of(client, make_address(desks=[{"week": week}]))
    hours = data["openingHoursSpecification"]
    assert [(entry["dayOfWeek"], entry["opens"], entry["closes"]) for entry in hours] == expected


def test_hours_that_are_not_known_or_have_run_out_are_not_told(client):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    obj = make_address(
        desks=[{"hours_kind": "unknown"}, {"hours_kind": "appointment"}, {"week": every_day("9-12"), "ends": yesterday}]
    )
    assert "openingHoursSpecification" not in data_of(client, obj)


def test_a_season_is_told_with_its_ends(client):
    today = timezone.localdate()
    (hours,) = data_of(
        client,
        make_address(
            desks=[{"week": {"mo": "9:00-12:00"}, "starts": today, "ends": today + datetime.timedelta(days=9)}]
        ),
    )["openingHoursSpecification"]
    assert (hours["validFrom"], hours["validThrough"]) == (
        today.isoformat(),
        (today + datetime.timedelta(days=9)).isoformat(),
    )


def test_no_text_can_leave_the_script(client):
    obj = make_address(fr={"title": "</script><script>alert(1)</script>", "street": "<!--"})
    html = client.get(obj.get_absolute_url("fr")).content.decode()
    assert "<script>alert" not in html
    assert "</script>" in json.dumps(data_of(client, obj))
