"""What is open, by the clock on the wall in Brussels: asked of the desk, and of the database; both say the same."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from addresses.filters import NOW, at_one_desk, next_date
from addresses.hours import Weekday
from addresses.models import Address, OpenPeriod
from addresses.today import Kind
from tests.makers import every_day, make_address, make_desk, make_special_day

pytestmark = pytest.mark.django_db

MONDAY = "2026-11-23"
NIGHTS = every_day("20:00-8:00+1")


@pytest.fixture
def at(monkeypatch):
    """Set the clock: `at("2026-11-23 09:00")` in Brussels, or with an offset: `at("2026-10-25 02:15+01:00")`."""

    def set_clock(text):
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.get_default_timezone())
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(datetime.UTC))

    set_clock("2026-01-01 12:00")  # what is made is public from here on
    return set_clock


def is_open_now():
    """Whether the one address is open, as its page says it and as the filter finds it."""
    (address,) = Address.objects.public_unordered().with_facts()
    on_page = address.today.kind == Kind.OPEN
    in_list = at_one_desk(Address.objects.public_unordered(), {"open": [NOW]}).exists()
    assert on_page == in_list
    return on_page


LUNCH = {"mo": "9:00-12:00, 13:30-17:00"}
CASES = [
    # (week, moment, open?)
    (LUNCH, "2026-11-23 08:59:59", False),
    (LUNCH, "2026-11-23 09:00:00", True),
    (LUNCH, "2026-11-23 11:59:59", True),
    (LUNCH, "2026-11-23 12:00:00", False),
    (LUNCH, "2026-11-23 13:29:59", False),
    (LUNCH, "2026-11-23 13:30:00", True),
    (LUNCH, "2026-11-23 17:00:00", False),
    (LUNCH, "2026-11-24 10:00:00", False),  # Tuesday
    (LUNCH, "2026-11-30 10:00:00", True),  # the next Monday
    # Across midnight
    ({"mo": "20:00-8:00+1"}, "2026-11-23 19:59", False),
    ({"mo": "20:00-8:00+1"}, "2026-11-23 20:00", True),
    ({"mo": "20:00-8:00+1"}, "2026-11-23 23:59:59", True),
    ({"mo": "20:00-8:00+1"}, "2026-11-24 00:00", True),
    ({"mo": "20:00-8:00+1"}, "2026-11-24 07:59:59", True),
    ({"mo": "20:00-8:00+1"}, "2026-11-24 08:00", False),
    ({"mo": "20:00-8:00+1"}, "2026-11-23 07:00", False),  # nothing began on Sunday
    ({"su": "20:00-8:00+1"}, "2026-11-23 07:00", True),  # Sunday's night, on Monday
    ({"mo": "20:00-24:00"}, "2026-11-23 23:59", True),
    ({"mo": "20:00-24:00"}, "2026-11-24 00:00", False),
    ({"mo": "0:00-24:00"}, "2026-11-23 00:00", True),
    ({"mo": "0:00-24:00"}, "2026-11-23 23:59", True),
    ({"mo": "0:00-24:00"}, "2026-11-24 00:00", False),
    # The end of the year
    ({"th": "20:00-8:00+1"}, "2027-01-01 03:00", True),
    # The spring night, 29 March 2026: after 1:59 comes 3:00
    ({"sa": "20:00-2:30+1"}, "2026-03-29 01:59+01:00", True),
    ({"sa": "20:00-2:30+1"}, "2026-03-29 03:00+02:00", False),
    ({"sa": "20:00-8:00+1"}, "2026-03-29 03:00+02:00", True),
    ({"sa": "20:00-8:00+1"}, "2026-03-29 07:59+02:00", True),
    ({"sa": "20:00-8:00+1"}, "2026-03-29 08:00+02:00", False),
    ({"su": "9:00-12:00"}, "2026-03-29 09:00+02:00", True),
    ({"su": "9:00-12:00"}, "2026-03-29 08:59+02:00", False),
    ({"su": "2:15-2:45"}, "2026-03-29 03:15+02:00", False),  # an hour that does not exist
    # The autumn night, 25 October 2026: 2:00 to 2:59 comes twice, and counts twice
    ({"sa": "20:00-2:30+1"}, "2026-10-25 02:15+02:00", True),
    ({"sa": "20:00-2:30+1"}, "2026-10-25 02:45+02:00", False),
    ({"sa": "20:00-2:30+1"}, "2026-10-25 02:15+01:00", True),
    ({"sa": "20:00-2:30+1"}, "2026-10-25 02:30+01:00", False),
    ({"sa": "20:00-8:00+1"}, "2026-10-25 02:45+01:00", True),
    ({"su": "9:00-12:00"}, "2026-10-25 08:59+01:00", False),
    ({"su": "9:00-12:00"}, "2026-10-25 09:00+01:00", True),
]


@pytest.mark.parametrize(("week", "moment", "expected"), CASES)
def test_open_now_is_right_on_the_minute(at, week, moment, expected):
    make_address(desks=[{"week": week}])
    at(moment)
    assert is_open_now() is expected


CLOSED = {"starts": "2026-12-24", "ends": "2026-12-26"}
SPECIAL = [
    # (special days, moment, open?) of an address open every day from 9 to 17
    ([CLOSED], "2026-12-23 10:00", True),
    ([CLOSED], "2026-12-24 10:00", False),
    ([CLOSED], "2026-12-26 16:59", False),
    ([CLOSED], "2026-12-27 09:00", True),
    ([{"starts": "2026-12-24", "times": "10:00-12:00"}], "2026-12-24 09:30", False),
    ([{"starts": "2026-12-24", "times": "10:00-12:00"}], "2026-12-24 10:00", True),
    ([{"starts": "2026-12-24", "times": "10:00-12:00"}], "2026-12-24 12:00", False),
    ([{"starts": "2026-12-24", "times": "10:00-12:00"}], "2026-12-25 12:00", True),
    ([{"starts": "2026-12-24", "times": "20:00-2:00+1"}], "2026-12-25 01:59", True),
    ([{"starts": "2026-12-24", "times": "20:00-2:00+1"}], "2026-12-25 02:00", False),
]


@pytest.mark.parametrize(("special_days", "moment", "expected"), SPECIAL)
def test_special_days_and_closures_come_before_the_week(at, special_days, moment, expected):
    make_address(desks=[{}], special_days=special_days)
    at(moment)
    assert is_open_now() is expected


def test_a_night_that_began_before_a_closure_goes_on_to_its_end(at):
    make_address(desks=[{"week": NIGHTS}], special_days=[{"starts": "2026-12-25"}])
    at("2026-12-25 07:00")
    assert is_open_now()
    at("2026-12-25 21:00")
    assert not is_open_now()
    at("2026-12-26 03:00")
    assert not is_open_now()


def test_what_holds_for_one_desk_comes_before_what_holds_for_all(at):
    address = make_address(special_days=[{"starts": "2026-12-24", "ends": "2026-12-31"}])
    desk = make_desk(address, label={"fr": "Urgences"})
    make_desk(address)
    make_special_day(address, "2026-12-28", times="9:00-10:00", desk=desk)
    for moment, expected in (("2026-12-27 09:30", False), ("2026-12-28 09:30", True), ("2026-12-28 10:00", False)):
        at(moment)
        assert is_open_now() is expected


def test_a_desk_that_is_closed_leaves_the_others_open(at):
    address = make_address(desks=[{}])
    desk = make_desk(address, week=every_day("8:00-18:00"))
    make_special_day(address, MONDAY, desk=desk)
    for moment, expected in ((f"{MONDAY} 08:30", False), (f"{MONDAY} 09:00", True), (f"{MONDAY} 17:30", False)):
        at(moment)
        assert is_open_now() is expected


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        ({"starts": "2026-11-23"}, True),
        ({"starts": "2026-11-24"}, False),
        ({"ends": "2026-11-23"}, True),
        ({"ends": "2026-11-22"}, False),
    ],
)
def test_hours_of_a_season_hold_only_then(at, season, expected):
    make_address(desks=[{name: datetime.date.fromisoformat(day) for name, day in season.items()}])
    at(f"{MONDAY} 10:00")
    assert is_open_now() is expected


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        ({"valid_from": "2026-11-24"}, False),
        ({"valid_from": "2026-11-23"}, True),
        ({"valid_until": "2026-11-22"}, False),
        ({"valid_until": "2026-11-23"}, True),
    ],
)
def test_an_address_that_has_gone_or_is_to_come_is_not_open(at, validity, expected):
    make_address(desks=[{}], **{name: datetime.date.fromisoformat(day) for name, day in validity.items()})
    at(f"{MONDAY} 10:00")
    assert is_open_now() is expected


@pytest.mark.parametrize("kind", ["appointment", "unknown"])
def test_by_appointment_and_not_known_are_never_open(at, kind):
    make_address(desks=[{"hours_kind": kind}])
    at(f"{MONDAY} 10:00")
    assert not is_open_now()


def test_open_on_a_day_means_the_next_such_day_with_its_closures(at):
    make_address(desks=[{"week": {"tu": "9:00-12:00"}}], special_days=[{"starts": "2026-12-01"}])
    at(f"{MONDAY} 10:00")
    public = Address.objects.public_unordered()
    assert at_one_desk(public, {"open": ["tu"]}).count() == 1
    assert at_one_desk(public, {"open": ["mo"]}).count() == 0
    at("2026-11-25 10:00")  # the next Tuesday is the one that is closed
    assert at_one_desk(public, {"open": ["tu"]}).count() == 0


def test_today_is_the_next_such_day():
    monday = datetime.date.fromisoformat(MONDAY)
    assert next_date(Weekday.MONDAY, monday) == monday
    assert next_date(Weekday.SUNDAY, monday) == datetime.date(2026, 11, 29)


def test_the_latest_closing_of_all_desks_is_the_one_that_counts(at):
    make_address(desks=[{"week": {"mo": "9:00-12:00"}}, {"week": {"mo": "9:00-16:00"}}])
    at(f"{MONDAY} 10:00")
    (address,) = Address.objects.public_unordered().with_facts()
    with override("en"):
        assert address.today.text == "Open now, until 16:00"


def test_the_next_opening_is_found_across_days_that_are_closed(at):
    make_address(desks=[{"week": {"mo": "9:00-12:00", "fr": "9:00-12:00"}}], special_days=[{"starts": "2026-11-27"}])
    at(f"{MONDAY} 13:00")
    (address,) = Address.objects.public_unordered().with_facts()
    (desk,) = address.shown_desks
    assert desk.schedule.next_opening(timezone.localtime()) == (datetime.date(2026, 11, 30), 9 * 60)


def test_rows_are_made_anew_when_hours_change():
    address = make_address(desks=[{}])
    assert OpenPeriod.objects.count() == 7
    desk = address.desks.get()
    desk.week = {"mo": "9:00-12:00, 13:00-17:00"}
    desk.save()
    make_special_day(address, "2026-12-24", times="9:00-10:00")
    assert OpenPeriod.objects.count() == 3
    desk.delete()
    assert OpenPeriod.objects.count() == 0


# --- What cannot be ------------------------------------------------------------------------------------------


def test_two_special_hours_on_one_day_are_refused():
    address = make_address(desks=[{}], special_days=[CLOSED])
    with pytest.raises(ValidationError):
        make_special_day(address, "2026-12-26", "2026-12-28")
    assert make_special_day(address, "2026-12-27", "2026-12-28")


def test_days_that_end_before_they_begin_are_refused():
    address = make_address()
    with pytest.raises(ValidationError):
        make_special_day(address, "2026-12-26", "2026-12-24")


def test_special_hours_of_another_address_are_refused():
    desk = make_desk(make_address())
    with pytest.raises(ValidationError):
        make_special_day(make_address(), MONDAY, desk=desk)


def test_weekly_hours_need_hours_and_others_have_none():
    address = make_address()
    with pytest.raises(ValidationError):
        make_desk(address, week={})
    desk = make_desk(address)
    desk.hours_kind = "unknown"
    with pytest.raises(ValidationError):
        desk.full_clean()
