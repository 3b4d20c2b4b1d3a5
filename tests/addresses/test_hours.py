"""Hours as people write them are understood, or refused with the reason."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from addresses.hours import Period, Week, Weekday, clock_text, parse_times, write_times


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9-12", "9:00-12:00"),
        ("9:00-12:00, 13:30-17:00", "9:00-12:00, 13:30-17:00"),
        ("9h-12h 13h30-17h", "9:00-12:00, 13:30-17:00"),
        ("9h 30-12h 13-17", "9:30-12:00, 13:00-17:00"),
        ("9:00-12:00 13:00-17:00", "9:00-12:00, 13:00-17:00"),
        ("9 h à 12 h et 13 h 30 à 17 h", "9:00-12:00, 13:30-17:00"),
        ("de 9h à 12h", "9:00-12:00"),
        ("van 9 tot 12 uur en van 13.30 tot 17 uur", "9:00-12:00, 13:30-17:00"),
        ("9u30-12u", "9:30-12:00"),
        ("09.00 – 12.00 / 14.00 – 16.00", "9:00-12:00, 14:00-16:00"),
        ("13:30-17:00; 9:00-12:00", "9:00-12:00, 13:30-17:00"),
        ("9:00\u201112:00", "9:00-12:00"),  # the hyphen that breaks no line
        ("9:00 \u2212 12:00", "9:00-12:00"),  # minus
        ("\u2212", ""),
        ("9-12,12-17", "9:00-12:00, 12:00-17:00"),
        ("0-24", "0:00-24:00"),
        ("20:00-8:00+1", "20:00-8:00+1"),
        ("20h-8h (+1)", "20:00-8:00+1"),
        ("22:00-24:00", "22:00-24:00"),
        ("0:00-0:00+1", "0:00-24:00"),
        ("", ""),
        ("-", ""),
        ("fermé", ""),
        ("Gesloten", ""),
        ("  ", ""),
    ],
)
def test_hours_are_understood_as_people_write_them(typed, kept):
    assert write_times(parse_times(typed)) == kept
    assert write_times(parse_times(kept)) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12-9", "ends_before_it_starts"),
        ("9-9", "ends_before_it_starts"),
        ("20:00-8:00", "ends_before_it_starts"),
        ("9-12, 11-14", "overlap"),
        ("9-17, 10-11", "overlap"),
        ("9-25", "no_time"),
        ("9:75-12", "no_time"),
        ("99-12", "no_time"),
        ("8:00-9:00+1", "too_long"),
        ("24:00-8:00+1", "too_long"),
        ("morning", "no_hours"),
        ("9", "no_hours"),
        ("9-", "no_hours"),
        ("9-12-17", "no_hours"),
        ("9-12 sur rendez-vous", "no_hours"),
        ("９-12", "no_hours"),
        ("9²-12", "no_hours"),
        ("9-12\x00", "no_hours"),
        ("😀", "no_hours"),
        ("1-2,3-4,5-6,7-8,9-10,11-12,13-14", "too_many"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_the_reason(typed, code):
    with pytest.raises(ValidationError) as refused:
        parse_times(typed)
    assert refused.value.code == code
    assert refused.value.messages[0]


def test_a_very_long_line_is_refused_quickly():
    with pytest.raises(ValidationError):
        parse_times("9 " * 100_000)


def test_a_night_that_overlaps_the_next_morning_is_refused():
    with pytest.raises(ValidationError) as refused:
        Week.parse({"mo": "20:00-8:00+1", "tu": "7:00-12:00"})
    assert refused.value.code == "overlap"


def test_the_night_of_sunday_is_followed_by_monday():
    with pytest.raises(ValidationError):
        Week.parse({"su": "20:00-8:00+1", "mo": "7:00-12:00"})
    assert Week.parse({"su": "20:00-8:00+1", "mo": "8:00-12:00"})


def test_an_error_names_its_day_in_the_language_of_the_editor():
    for language, day in (("fr", "mardi"), ("nl", "dinsdag")):
        with override(language), pytest.raises(ValidationError) as refused:
            Week.parse({"mo": "9-12", "tu": "12-9", "we": "x"})
        assert len(refused.value.messages) == 2
        assert day in refused.value.messages[0].lower()


def test_a_week_leaves_out_the_days_that_are_closed():
    week = Week.parse({"mo": "9-12", "tu": "gesloten", "sa": ""})
    assert week == {"mo": "9:00-12:00"}
    assert week.rows == [(Weekday.MONDAY, [Period(540, 720)])]


@pytest.mark.parametrize(
    ("period", "french", "dutch"),
    [
        (Period(540, 720), "9 h à 12 h", "9 tot 12 uur"),
        (Period(570, 1050), "9 h 30 à 17 h 30", "9.30 tot 17.30 uur"),
        (Period(1200, 1920), "20 h à 8 h (le lendemain)", "20 tot 8 uur (de volgende dag)"),
        (Period(1200, 1440), "20 h à 24 h", "20 tot 24 uur"),
        (Period(0, 1440), "jour et nuit", "dag en nacht"),
    ],
)
def test_a_period_is_said_as_in_the_readers_language(period, french, dutch):
    for language, words in (("fr", french), ("nl", dutch)):
        with override(language):
            assert period.text.replace("\u00a0", " ").replace("\u202f", " ") == words


def test_a_time_of_day_has_two_digits_for_its_minutes():
    with override("fr"):
        assert clock_text(545).replace("\u00a0", " ") == "9 h 05"


def test_the_day_of_a_date():
    assert Weekday.of(datetime.date(2026, 11, 23)) == Weekday.MONDAY
    assert Weekday.of(datetime.date(2026, 11, 29)) == Weekday.SUNDAY


@pytest.mark.parametrize(("typed", "offered"), [("20-8:30", "20:00-8:30+1"), ("20-0", "20:00-24:00")])
def test_hours_after_midnight_are_offered_as_they_are_written(typed, offered):
    with pytest.raises(ValidationError) as refused:
        parse_times(typed)
    assert offered in refused.value.messages[0]
