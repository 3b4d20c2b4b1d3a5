"""The line of years is drawn from the dates of our seats, and says so where a date is not known."""

import pytest
from django.utils.translation import override

from content.partial_dates import PartialDate
from networks.models import Network
from organisations.timeline import LEFT, NOW, make_timeline
from tests.makers import make_network, make_us

pytestmark = pytest.mark.django_db
TODAY = PartialDate("2027-01-01")


@pytest.fixture
def us():
    return make_us()


def draw(*, language="fr", today=TODAY):
    with override(language):
        return make_timeline(list(Network.objects.public().with_our_seats()), today)


def x(year, first=1989, now=2027):
    return f"{LEFT + (year - first) / (now - first) * (NOW - LEFT):.2f}"


def test_without_a_seat_nothing_is_drawn(us):
    make_network()
    assert draw() is None


def test_a_bar_goes_from_the_first_day_to_today(us):
    make_network(fr={"title": "Toit"}, seats=[{"organisation": us, "role": "founder", "since": "2010-07"}])
    (row,) = draw().rows
    assert row.segments == [{"x1": x(2010.5), "x2": x(2027), "unknown": False}]
    assert row.post_x == x(2010.5)
    assert row.open_ended
    assert row.href == "/fr/reseaux/toit/"
    with override("fr"):
        assert row.aria_label.replace("\xa0", " ") == "Toit : membre fondateur, depuis juillet 2010"


def test_the_line_begins_in_1989_or_with_an_older_seat(us):
    make_network(seats=[{"organisation": us, "since": "2010"}])
    assert draw().first_year == 1989
    make_network(seats=[{"organisation": us, "since": "1954"}])
    timeline = draw()
    assert timeline.first_year == 1954
    assert timeline.rows[0].segments[0]["x1"] == f"{LEFT:.2f}"
    assert timeline.last_year == 2027
    assert [tick["text"] for tick in timeline.ticks] == ["1960", "1970", "1980", "1990", "2000", "2010", "2020"]


def test_a_seat_of_unknown_start_begins_broken_where_the_network_was_founded(us):
    make_network(founded="2001", seats=[{"organisation": us, "role": "member"}])
    (row,) = draw().rows
    assert row.segments == [{"x1": x(2001), "x2": x(2027), "unknown": True}]
    assert row.post_x == ""


def test_a_seat_known_since_then_or_before_is_broken_up_to_then(us):
    make_network(founded="2002", seats=[{"organisation": us, "since": "2009", "since_or_before": True}])
    (row,) = draw().rows
    assert row.segments == [
        {"x1": x(2002), "x2": x(2009), "unknown": True},
        {"x1": x(2009), "x2": x(2027), "unknown": False},
    ]
    assert row.post_x == ""


def test_a_seat_of_unknown_start_in_a_network_of_unknown_age_is_a_short_broken_stub(us):
    make_network(seats=[{"organisation": us}])
    (row,) = draw().rows
    assert row.segments == [{"x1": x(2023), "x2": x(2027), "unknown": True}]


def test_a_past_seat_ends_with_the_year_that_is_named(us):
    make_network(seats=[{"organisation": us, "since": "1999", "until": "2004"}])
    (row,) = draw().rows
    assert row.segments == [{"x1": x(1999), "x2": x(2005), "unknown": False}]
    assert row.end_x == x(2005)
    assert not row.open_ended


def test_a_seat_that_ended_nobody_knows_when_is_broken(us):
    make_network(seats=[{"organisation": us, "since": "1999", "ended": True}])
    (row,) = draw().rows
    assert row.segments[-1]["unknown"]
    assert not row.open_ended


def test_a_seat_that_begins_or_ends_later_stays_on_the_page(us):
    make_network(seats=[{"organisation": us, "since": "2030"}])
    make_network(seats=[{"organisation": us, "since": "2020", "until": "2040"}])
    for row in draw().rows:
        for segment in row.segments:
            assert LEFT <= float(segment["x1"]) <= float(segment["x2"]) <= NOW


def test_the_oldest_seat_comes_first_and_the_unknown_last(us):
    for title, since in (("C", "2010"), ("A", "1999-05"), ("D", ""), ("B", "1999-04")):
        make_network(fr={"title": title}, seats=[{"organisation": us, "since": since}])
    timeline = draw()
    assert [row.name for row in timeline.rows] == ["B", "A", "C", "D"]
    tops = [float(row.y) for row in timeline.rows]
    assert tops == sorted(tops)
    assert float(timeline.height) > tops[-1] + 3.4


def test_two_seats_in_one_network_are_two_bars(us):
    make_network(
        seats=[
            {"organisation": us, "role": "member", "since": "1999", "until": "2004"},
            {"organisation": us, "role": "founder", "since": "2010"},
        ]
    )
    assert [(row.role, row.open_ended) for row in draw().rows] == [("member", False), ("founder", True)]


def test_only_our_own_seats_are_drawn(us):
    make_network(seats=[{"organisation": us, "since": "2010"}, {"since": "1990"}])
    assert len(draw().rows) == 1


def test_what_is_to_be_confirmed_is_said(us):
    make_network(fr={"title": "Toit"}, nl={"title": "Dak"}, seats=[{"organisation": us, "to_be_confirmed": True}])
    for language, name, doubt in (("fr", "Toit", "à confirmer"), ("nl", "Dak", "te bevestigen")):
        (row,) = draw(language=language).rows
        assert row.to_be_confirmed
        assert row.name == name
        with override(language):
            assert doubt in row.aria_label


def test_numbers_are_written_with_a_point_in_every_language(us):
    make_network(seats=[{"organisation": us, "since": "2010"}])
    for language in ("fr", "nl"):
        timeline = draw(language=language)
        numbers = [
            timeline.height,
            timeline.now_x,
            timeline.rows[0].y,
            timeline.rows[0].end_x,
            timeline.rows[0].label_x,
        ]
        assert all(float(number) > 0 for number in numbers)
