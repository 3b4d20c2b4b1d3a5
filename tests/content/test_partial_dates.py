"""A date says no more than is known: 1989 stays 1989."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from content.partial_dates import PartialDate, months_later


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1989", "1989"),
        (" 1989 ", "1989"),
        ("2018-12", "2018-12"),
        ("2012-12-20", "2012-12-20"),
        ("2024-02-29", "2024-02-29"),
        ("12/2018", "2018-12"),
        ("1/2021", "2021-01"),
        ("20/12/2012", "2012-12-20"),
        ("1.5.2010", "2010-05-01"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_people_type_is_understood(typed, kept):
    date = PartialDate.parse(typed)
    assert date == kept
    assert isinstance(date, PartialDate)


@pytest.mark.parametrize(
    "typed",
    [
        "2018-13", "2018-00", "2018-12-00", "00/2018",
        "2018-02-30", "2023-02-29", "2018-1", "18", "198", "19899", "0999", "3000",
        "31/02/2018", "13/2018", "2018/12", "12-2018", "vers 1989", "1989?", "2018-12-20T10:00", "²018", "١٩٨٩",
        "19\x0089", "1989\n1990", "-1989",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_what_to_write_instead(typed):
    with override("fr"), pytest.raises(ValidationError) as refused:
        PartialDate.parse(typed)
    with override("fr"):
        (message,) = refused.value.messages
    assert typed.strip() in message
    assert "2018-12" in message


def test_the_refusal_is_in_the_readers_language():
    messages = set()
    for language in ("fr", "nl"):
        with override(language), pytest.raises(ValidationError) as refused:
            PartialDate.parse("2018-13")
        with override(language):
            messages.add(refused.value.messages[0])
    assert len(messages) == 2


@pytest.mark.parametrize(
    ("date", "french", "dutch"),
    [
        ("", "", ""),
        ("1989", "1989", "1989"),
        ("2018-12", "décembre 2018", "december 2018"),
        ("2012-12-20", "20 décembre 2012", "20 december 2012"),
        ("2009-11-08", "8 novembre 2009", "8 november 2009"),
        ("2021-01-01", "1er janvier 2021", "1 januari 2021"),
    ],
)
def test_a_date_reads_as_people_say_it(date, french, dutch):
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert PartialDate(date).text == expected


@pytest.mark.parametrize(
    ("date", "other", "before"),
    [
        ("2017", "2018", True),
        ("2018", "2018-12", False),
        ("2018-12", "2018", False),
        ("2018-11", "2018-12", True),
        ("2018-11-30", "2018-12", True),
        ("2018-12-31", "2018-12", False),
        ("2018-12-20", "2018-12-20", False),
        ("2018-12-19", "2018-12-20", True),
        ("2019", "2018-12-20", False),
    ],
)
def test_two_dates_are_compared_on_what_both_know(date, other, before):
    assert PartialDate(date).is_before(PartialDate(other)) is before


def test_dates_sort_as_text():
    dates = [PartialDate(text) for text in ("2018-12-20", "2018", "1989", "2018-12", "2019")]
    assert sorted(dates) == ["1989", "2018", "2018-12", "2018-12-20", "2019"]


def test_a_date_has_a_place_on_a_line_of_years():
    assert PartialDate("1989").as_year == 1989
    assert PartialDate("2018-07").as_year == 2018.5
    assert 2018.99 < PartialDate("2018-12-31").as_year < 2019
    assert PartialDate("").as_year is None
    assert PartialDate("").year is None


def test_today_is_the_day_in_brussels(monkeypatch):
    late = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert PartialDate.today() == "2027-01-01"


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-31", 12, "2027-08-31"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-11-30", 13, "2027-12-30"),
        ("2026-01-15", 36, "2029-01-15"),
        ("2027-01-31", -11, "2026-02-28"),
        ("2028-02-29", -12, "2027-02-28"),
        ("2027-01-31", -1, "2026-12-31"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(date, months, expected):
    assert months_later(datetime.date.fromisoformat(date), months).isoformat() == expected


def test_a_moment_stays_the_same_time_of_the_day_across_summer_time():
    moment = datetime.datetime(2026, 10, 25, 9, 30, tzinfo=ZoneInfo("Europe/Brussels"))
    earlier = months_later(moment, -1)
    assert earlier.isoformat() == "2026-09-25T09:30:00+02:00"
