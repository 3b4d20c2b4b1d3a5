"""What a page says of today and of the last check: open until when, else when it opens next; in the source’s words."""

import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from addresses.checking import CheckState, Report, Result, advice, checked_text
from addresses.filters import at_one_desk
from addresses.hours import Week
from addresses.models import Address
from addresses.plain_text import plain_text
from addresses.today import Kind, hours_today, today_line
from tests.makers import every_day, make_address

pytestmark = pytest.mark.django_db

LUNCH = {"mo": "9:00-12:00, 13:30-17:00", "tu": "9:00-12:00", "th": "13:00-16:00"}


@pytest.fixture(autouse=True)
def source_language():
    with override("en"):
        yield


def at(text):
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def seen(address):
    """The address as a page gets it."""
    return Address.objects.public_unordered().with_relations().get(pk=address.pk)


def line(text, **given):
    return today_line(seen(make_address(**given)), at(text))


@pytest.mark.parametrize(
    ("week", "moment", "words"),
    [
        (LUNCH, "2026-11-23 08:59", "Closed now. Opens today at 9:00"),
        (LUNCH, "2026-11-23 09:00", "Open now, until 12:00"),
        (LUNCH, "2026-11-23 11:59", "Open now, until 12:00"),
        (LUNCH, "2026-11-23 12:00", "Closed now. Opens today at 13:30"),
        (LUNCH, "2026-11-23 17:00", "Closed now. Opens tomorrow at 9:00"),
        (LUNCH, "2026-11-24 12:00", "Closed now. Opens on Thursday at 13:00"),
        (LUNCH, "2026-11-26 16:00", "Closed now. Opens on Monday at 9:00"),
        ({"mo": "9:00-12:00"}, "2026-11-23 12:00", "Closed now. Opens on Monday 30 November at 9:00"),
        (every_day("20:00-8:00+1"), "2026-11-23 21:00", "Open now, until 8:00 tomorrow"),
        (every_day("20:00-8:00+1"), "2026-11-23 07:59", "Open now, until 8:00"),
        (every_day("20:00-8:00+1"), "2026-11-23 08:00", "Closed now. Opens today at 20:00"),
        ({"mo": "18:00-24:00"}, "2026-11-23 23:59", "Open now, until midnight"),
        ({"mo": "18:00-24:00", "tu": "0:00-6:00"}, "2026-11-23 23:59", "Open now, until 6:00 tomorrow"),
        (every_day("0:00-24:00"), "2026-11-23 15:00", "Open now, day and night"),
    ],
)
def test_the_line_of_today_follows_the_clock(week, moment, words):
    today = line(moment, desks=[{"week": week}])
    assert today.text == words
    assert today.kind == (Kind.OPEN if words.startswith("Open") else Kind.CLOSED)


def test_a_closure_is_no_opening():
    given = {"desks": [{}], "special_days": [{"starts": "2026-11-23", "ends": "2026-11-24"}]}
    assert line("2026-11-23 10:00", **given).text == "Closed now. Opens on Wednesday at 9:00"


def test_a_long_closure_is_said_without_a_date():
    given = {"desks": [{}], "special_days": [{"starts": "2026-11-20", "ends": "2027-01-20"}]}
    assert line("2026-11-23 10:00", **given).text == "Closed now, and for the next two weeks"


def test_a_desk_for_everybody_without_appointment_comes_before_others():
    desks = [
        {"label": {"fr": "Femmes"}, "audience": "women"},
        {"label": {"fr": "Tous"}, "week": every_day("9:00-12:00")},
        {"label": {"fr": "Ligne"}, "access": "phone", "week": every_day("8:00-18:00")},
    ]
    address = seen(make_address(desks=desks))
    for moment, label in (("10:00", "Tous"), ("14:00", "Ligne"), ("08:30", "Ligne"), ("19:00", "Ligne")):
        assert today_line(address, at(f"2026-11-23 {moment}")).desk.label.text == label


def test_who_only_answers_the_phone_is_not_open():
    desks = [{"access": "phone", "week": every_day("9:00-12:00")}]
    assert line("2026-11-23 10:00", desks=desks).text == "By phone now, until 12:00"


@pytest.mark.parametrize(
    ("access", "words"),
    [
        ("email", "No visitors: write an e-mail"),
        ("referral", "Only for people whom another service sends"),
    ],
)
def test_nobody_is_told_that_a_desk_is_open_that_does_not_receive_them(access, words):
    moment = "2026-11-23 10:00"
    address = seen(make_address(desks=[{"access": access}]))
    assert today_line(address, at(moment)).text == words
    assert hours_today(address, at(moment)) == []
    both = {"desks": [{"access": access}, {"access": "phone", "week": every_day("14:00-15:00")}]}
    assert line(moment, **both).text == "Closed now. Opens today at 14:00"


@pytest.mark.parametrize("access", ["walk_in", "appointment", "phone", "email", "referral"])
@pytest.mark.parametrize("asked", ["now", "mo", "tu"])
def test_the_filter_finds_as_open_what_the_page_calls_open(monkeypatch, access, asked):
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-23 10:00"))
    address = seen(make_address(desks=[{"access": access}]))
    found = at_one_desk(Address.objects.public_unordered(), {"open": [asked]}).exists()
    assert found == (address.today.kind == Kind.OPEN) == (access not in ("email", "referral"))


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-11-23 08:00", {"this", "both", "next"}),
        ("2026-11-23 11:59", {"this", "both", "next"}),
        # Of today nothing is left: the Monday in a week is meant.
        ("2026-11-23 12:00", {"both", "next"}),
        ("2026-11-22 20:00", {"this", "both"}),
        ("2026-11-24 08:00", {"both", "next"}),
    ],
)
def test_open_on_monday_asked_on_a_monday_is_no_hour_that_is_over(monkeypatch, moment, found):
    week = {"mo": "9:00-12:00"}
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-01 12:00"))
    last, first = datetime.date(2026, 11, 29), datetime.date(2026, 11, 24)
    for title, season in (("this", {"ends": last}), ("both", {}), ("next", {"starts": first})):
        make_address(fr={"title": title}, desks=[{"week": week, **season}])
    monkeypatch.setattr(timezone, "now", lambda: at(moment))
    open_on_monday = at_one_desk(Address.objects.public("fr"), {"open": ["mo"]})
    assert {address.shown.title for address in open_on_monday} == found


def test_a_night_that_runs_into_special_hours_ends_with_the_later_of_both():
    given = {"desks": [{"week": {"su": "20:00-8:00+1"}}], "special_days": [{"starts": "2026-11-23", "times": "6-12"}]}
    assert line("2026-11-23 05:00", **given).text == "Open now, until 8:00"
    assert line("2026-11-23 07:00", **given).text == "Open now, until 12:00"


def test_what_is_not_known_is_said():
    assert line("2026-11-23 10:00").text == "Hours not known"
    assert line("2026-11-23 10:00", phones=["02 000 00 00"]).text == "Hours not known: call first"
    by_appointment = line("2026-11-23 10:00", desks=[{"hours_kind": "unknown"}, {"hours_kind": "appointment"}])
    assert (by_appointment.kind, by_appointment.text) == (Kind.APPOINTMENT, "No fixed hours: by appointment")


def test_an_address_that_has_gone_or_is_to_come_is_not_open():
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    assert line("2026-11-23 10:00", desks=[{}], valid_until=today - day).kind == Kind.GONE
    assert line("2026-11-23 10:00", desks=[{}], valid_from=today + day).kind == Kind.TO_COME


def test_the_hours_of_today_are_told_desk_by_desk():
    address = seen(make_address(desks=[{"week": LUNCH}, {"week": {"su": "9:00-12:00"}}, {"hours_kind": "unknown"}]))
    assert [text for _desk, text in hours_today(address, at("2026-11-23 10:00"))] == [
        "9:00 to 12:00, 13:30 to 17:00",
        "closed today",
    ]


def test_words_of_today_ask_the_database_nothing(django_assert_num_queries):
    days = [{"starts": "2030-01-01"}, {"starts": "2030-01-02", "times": "9:00-10:00"}]
    address = seen(make_address(desks=[{}, {"audience": "women"}], special_days=days, checks=[{}]))
    with django_assert_num_queries(0):
        assert address.today.text
        assert address.hours_today
        assert [(day.desk, day.hours_text) for day in address.special_days_ahead] == [
            (None, ""),
            (None, "9:00 to 10:00"),
        ]
        assert address.checked_text == "Checked today"


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ({}, ""),
        ({"mo": "9:00-12:00"}, "Monday 9:00 to 12:00"),
        ({"mo": "9:00-12:00", "tu": "9:00-12:00"}, "Monday, Tuesday 9:00 to 12:00"),
        ({day: "9:00-12:00" for day in ("mo", "tu", "we", "fr")}, "Monday to Wednesday, Friday 9:00 to 12:00"),
        (
            {"mo": "9:00-12:00", "tu": "13:00-16:00", "we": "9:00-12:00"},
            "Monday, Wednesday 9:00 to 12:00; Tuesday 13:00 to 16:00",
        ),
    ],
)
def test_a_week_is_one_line(week, words):
    assert Week(week).text == words


@pytest.mark.parametrize(
    ("state", "days", "can_call", "words"),
    [
        (CheckState.FRESH, 21, True, "Checked 3 weeks ago"),
        (CheckState.DUE, 250, True, "Not checked for 8 months: call before you go"),
        (CheckState.DUE, 30, False, "Not checked for 1 month"),
        (CheckState.DUE, 800, False, "Not checked for 2 years"),
        (CheckState.DOUBTED, 3, True, "Reported wrong, being checked: call before you go"),
    ],
)
def test_readers_are_told_when_somebody_last_checked(state, days, can_call, words):
    now = timezone.now()
    before_going = advice(can_call, False, False)
    assert checked_text(state, now - datetime.timedelta(days=days), before_going, now) == words


def test_what_was_never_checked_says_so():
    assert checked_text(CheckState.NEVER, None, advice(True, True, True)) == "Not checked yet: call before you go"
    assert checked_text(CheckState.NEVER, None, "") == "Not checked yet"


def test_who_cannot_call_writes_or_looks_at_the_website():
    assert advice(False, True, True) == "write or look at the website before you go"
    assert advice(False, True, False) == "write before you go"
    assert advice(False, False, True) == "look at the website before you go"
    assert advice(False, False, False) == ""


def test_a_report_is_told_by_its_date_and_apart_from_the_last_check():
    address = make_address(phones=["02 000 00 00"], checks=[{"now": at("2026-07-26 10:00")}])
    Report.objects.create(address=address, what=Report.What.HOURS, sent_at=at("2026-10-01 09:00"))
    expected = "Somebody reported an error on 1 October 2026. Call before you go. Last check: 26 July 2026."
    assert seen(address).doubt_text == expected
    with override("fr"):
        assert "1er octobre 2026" in seen(address).doubt_text


def test_what_a_check_found_wrong_is_no_report():
    found = {"result": Result.WRONG, "now": at("2026-11-20 10:00")}
    assert seen(make_address(website="https://example.org", checks=[found])).doubt_text == (
        "We found an error on 20 November 2026. It is not corrected yet. Look at the website before you go."
    )
    assert seen(make_address(checks=[{}])).doubt_text == ""


def test_what_a_check_found_closed_sends_nobody_there():
    address = seen(make_address(phones=["02 000 00 00"], desks=[{}], checks=[{"result": Result.CLOSED}]))
    warning = "This service no longer exists. Do not go there."
    assert (address.today.kind, address.today.text, address.stay_text) == (Kind.GONE, warning, warning)
    assert (address.hours_today, address.doubt_text) == ([], "")
    text = plain_text(address)
    assert text.startswith(warning)
    assert "Monday" not in text
    assert "call" not in text


def test_a_desk_of_some_names_its_public():
    desks = [{"audience": "women", "week": {"mo": "9:00-12:00"}}, {"week": {"tu": "9:00-12:00"}}]
    address = seen(make_address(desks=desks))
    assert today_line(address, at("2026-11-23 10:00")).text == "Women only: open now, until 12:00"
    assert today_line(address, at("2026-11-23 08:00")).text == "Closed now. Opens tomorrow at 9:00"


def test_who_asks_for_a_public_is_told_of_its_desk():
    desks = [{"audience": "women", "week": {"mo": "9:00-12:00"}}, {"week": {"tu": "9:00-12:00"}}]
    address = seen(make_address(desks=desks))
    asked = today_line(address, at("2026-11-23 08:00"), ["women"])
    assert asked.text == "Women only: closed now. Opens today at 9:00"
    assert today_line(address, at("2026-11-24 10:00"), ["women"]).text.startswith("Women only: closed now.")
    assert today_line(address, at("2026-11-24 10:00"), ["minors"]).text == "Open now, until 12:00"


def test_open_by_appointment_is_no_door_to_walk_through():
    today = line("2026-11-23 10:00", desks=[{"access": "appointment"}])
    assert (today.kind, today.text) == (Kind.OPEN, "Open now, but only by appointment")


def test_an_address_fits_into_a_message():
    address = seen(
        make_address(
            fr={"title": "Permanence", "street": "rue de l’Exemple 12"},
            phones=["02 000 00 00"],
            desks=[{"label": {"fr": "Accueil"}, "week": {"mo": "9:00-12:00"}}],
        )
    )
    assert plain_text(address).splitlines()[:-1] == [
        "Permanence",
        "rue de l’Exemple 12",
        "1030 Schaerbeek",
        "02 000 00 00",
        "Accueil: Monday 9:00 to 12:00",
        "Not checked yet: call before you go",
    ]
