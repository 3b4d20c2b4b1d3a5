"""When somebody last checked an address, in what state it is, when it is due, and how readers are told."""

import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from addresses.checking import Check, CheckState, ago, checked_text, record_check
from addresses.filters import at_one_desk
from addresses.hours import Weekday
from addresses.models import Address, Category
from addresses.reporting import report_error
from content.partial_dates import months_later
from content.saving import save_content
from tests.makers import make_address, make_desk, make_staff, write

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def seen(address):
    """The address as a page gets it."""
    return Address.objects.public_unordered().with_relations().get(pk=address.pk)


def state(address):
    return seen(address).check_state


def days_ago(days):
    return timezone.now() - days * DAY


# --- Derived, never stored ---------------------------------------------------------------------------------------


def test_an_address_that_nobody_checked_says_so():
    address = seen(make_address())
    assert address.check_state == CheckState.NEVER
    assert address.confirmed_at is None
    assert address.next_check == timezone.localdate()


def test_a_save_is_no_check():
    when = days_ago(21)
    address = make_address(fr={"title": "Alpha"}, desks=[{}], checks=[{"now": when}])
    before = seen(address)
    assert (before.check_state, before.confirmed_at) == (CheckState.FRESH, when)
    write(address, "fr", title="Alpha, corrigé")
    address.cost = "free"
    save_content(address)
    make_desk(address)
    after = seen(address)
    assert (after.check_state, after.confirmed_at, after.next_check) == (CheckState.FRESH, when, before.next_check)
    assert Check.objects.count() == 1


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("right", CheckState.FRESH),
        ("corrected", CheckState.FRESH),
        ("wrong", CheckState.DOUBTED),
        ("closed", CheckState.DOUBTED),
        ("unreachable", CheckState.NEVER),
    ],
)
def test_what_a_first_check_found_gives_the_state(result, expected):
    address = make_address(checks=[{"result": result}])
    assert state(address) == expected
    assert (seen(address).confirmed_at is not None) == (expected == CheckState.FRESH)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["right", "wrong"], CheckState.DOUBTED),
        (["wrong", "right"], CheckState.FRESH),
        (["closed", "corrected"], CheckState.FRESH),
        (["right", "closed"], CheckState.DOUBTED),
        (["right", "unreachable"], CheckState.FRESH),
        (["wrong", "unreachable"], CheckState.DOUBTED),
        (["unreachable", "unreachable"], CheckState.NEVER),
        (["wrong", "right", "wrong", "corrected"], CheckState.FRESH),
    ],
)
def test_the_last_check_that_told_something_counts(results, expected):
    start = days_ago(10)
    address = make_address(
        checks=[{"result": result, "now": start + number * HOUR} for number, result in enumerate(results)]
    )
    assert state(address) == expected


@pytest.mark.parametrize(
    ("results", "is_closed"),
    [
        ([], False),
        (["closed"], True),
        (["right", "closed", "unreachable"], True),
        (["closed", "right"], False),
        (["closed", "wrong"], False),
        (["wrong"], False),
    ],
)
def test_what_a_check_found_gone_is_closed_and_never_open(results, is_closed):
    checks = [{"result": result, "now": days_ago(10) + number * HOUR} for number, result in enumerate(results)]
    address = make_address(checks=checks)
    make_desk(address, week={day.value: "0:00-24:00" for day in Weekday})
    other = make_address()
    make_desk(other, week={day.value: "0:00-24:00" for day in Weekday})
    assert seen(address).is_closed is is_closed
    for value in ("now", "mo"):
        found = set(at_one_desk(Address.objects.all(), {"open": [value]}))
        assert found == ({other} if is_closed else {address, other})


def test_a_check_keeps_who_made_it_how_and_what_was_noted():
    by = make_staff()
    address = make_address()
    check = record_check(address, how="visit", result="right", by=by, note="Nouvelle sonnette")
    check.refresh_from_db()
    assert (check.how, check.result, check.made_by, check.note) == ("visit", "right", by, "Nouvelle sonnette")
    by.delete()
    check.refresh_from_db()
    assert check.made_by is None


@pytest.mark.parametrize("result", ["right", "corrected", "wrong", "closed", "unreachable"])
def test_a_report_turns_the_state_and_a_check_that_tells_something_settles_it(result):
    address = make_address(checks=[{"now": days_ago(3)}])
    report = report_error(address, what="hours", language="fr")
    assert state(address) == CheckState.DOUBTED
    assert seen(address).confirmed_at.date() == days_ago(3).date()  # the date of the check stays
    assert seen(address).next_check == timezone.localdate()
    by = make_staff()
    record_check(address, how="call", result=result, by=by)
    report.refresh_from_db()
    assert (report.settled_at is not None) == (result != "unreachable")
    assert report.settled_by == (by if result != "unreachable" else None)
    assert state(address) == (CheckState.FRESH if result in ("right", "corrected") else CheckState.DOUBTED)


def test_a_report_that_nobody_settled_doubts_whatever_came_later():
    address = make_address(checks=[{"now": days_ago(30)}])
    address.reports.create(what="gone", language="fr", sent_at=days_ago(20))
    Check.objects.create(address=address, how="call", result="right", made_at=days_ago(10))
    found = seen(address)
    assert found.check_state == CheckState.DOUBTED
    assert found.next_check == timezone.localdate()
    address.reports.update(settled_at=timezone.now())
    assert state(address) == CheckState.FRESH


def test_a_check_settles_only_what_was_reported_before_it():
    address = make_address()
    before = address.reports.create(what="gone", language="fr", sent_at=days_ago(9))
    after = address.reports.create(what="gone", language="fr", sent_at=days_ago(7))
    record_check(address, how="call", result="right", now=days_ago(8))
    assert list(address.reports.filter(settled_at=None)) == [after]
    assert before.sent_at < address.checks.get().made_at
    assert state(address) == CheckState.DOUBTED


def test_a_report_on_what_was_never_checked_turns_the_state_too():
    address = make_address()
    report_error(address, what="gone", language="nl")
    assert state(address) == CheckState.DOUBTED


def test_a_check_settles_nothing_of_another_address():
    one, other = make_address(), make_address()
    report = report_error(other, what="hours", language="fr")
    record_check(one, how="call", result="right")
    report.refresh_from_db()
    assert report.settled_at is None
    assert (state(one), state(other)) == (CheckState.FRESH, CheckState.DOUBTED)


def test_a_report_that_was_settled_without_a_check_leaves_the_state_as_it_was():
    address = make_address(checks=[{"now": days_ago(3)}])
    report = report_error(address, what="hours", language="fr")
    type(report).objects.update(settled_at=timezone.now())
    assert state(address) == CheckState.FRESH
    assert seen(address).confirmed_at.date() == days_ago(3).date()


def test_the_newest_of_several_reports_and_checks_counts():
    address = make_address(checks=[{"now": days_ago(30), "result": "wrong"}, {"now": days_ago(20)}])
    assert state(address) == CheckState.FRESH
    report_error(address, what="hours", language="fr", message="a")
    report_error(address, what="contact", language="fr", message="b")
    found = seen(address)
    assert found.check_state == CheckState.DOUBTED
    assert found.doubted_at.date() == timezone.now().date()


# --- When the next check is due ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("categories", "months"),
    [
        ([], 6),
        (["housing"], 6),
        (["diplomas"], 12),
        (["legal"], 3),
        (["diplomas", "legal", "housing"], 3),
        (["emergency", "diplomas"], 2),
    ],
)
def test_the_shortest_interval_of_its_categories_counts(categories, months):
    checked = datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.UTC)
    found = seen(make_address(categories=categories, checks=[{"now": checked}]))
    assert found.next_check == months_later(datetime.date(2026, 1, 15), months)


def test_another_interval_counts_at_once():
    address = make_address(categories=["housing"], checks=[{"now": days_ago(50)}])
    assert state(address) == CheckState.FRESH
    Category.objects.filter(key="housing").update(check_months=1)
    assert state(address) == CheckState.DUE


def test_a_check_is_due_on_the_day_itself_by_the_clock_in_brussels():
    confirmed = datetime.datetime(2026, 5, 23, 22, 30, tzinfo=datetime.UTC)  # half past midnight on the 24th
    for text, expected in (("2026-11-23T22:59", CheckState.FRESH), ("2026-11-23T23:00", CheckState.DUE)):
        now = datetime.datetime.fromisoformat(f"{text}+00:00")  # in winter one hour behind Brussels
        assert CheckState.of(confirmed, None, 6, now) == expected
    assert CheckState.next_check(confirmed, None, 6, confirmed) == datetime.date(2026, 11, 24)
    # What is overdue says since when.
    assert CheckState.next_check(confirmed, None, 6, now + 90 * DAY) == datetime.date(2026, 11, 24)


# --- In words ----------------------------------------------------------------------------------------------------

AGO = [
    # (days, French, Dutch)
    (0, "aujourd’hui", "vandaag"),
    (1, "hier", "gisteren"),
    (2, "il y a 2 jours", "2 dagen geleden"),
    (13, "il y a 13 jours", "13 dagen geleden"),
    (14, "il y a 2 semaines", "2 weken geleden"),
    (21, "il y a 3 semaines", "3 weken geleden"),
    (59, "il y a 8 semaines", "8 weken geleden"),
    (60, "il y a 2 mois", "2 maanden geleden"),
    (61, "il y a 2 mois", "2 maanden geleden"),
    (245, "il y a 8 mois", "8 maanden geleden"),
    (365, "il y a 12 mois", "12 maanden geleden"),
    (729, "il y a 23 mois", "23 maanden geleden"),
    (730, "il y a 2 ans", "2 jaar geleden"),
    (1500, "il y a 4 ans", "4 jaar geleden"),
]


@pytest.mark.parametrize(("days", "french", "dutch"), AGO)
def test_how_long_ago_is_said_as_in_a_conversation(days, french, dutch):
    now = timezone.now()
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert ago(now - days * DAY, now).replace("\u00a0", " ") == expected


def test_yesterday_begins_at_midnight_in_brussels():
    now = datetime.datetime(2026, 11, 22, 23, 10, tzinfo=datetime.UTC)  # ten past midnight on the 23rd
    with override("fr"):
        assert ago(now - datetime.timedelta(minutes=5), now) == "aujourd’hui"
        assert ago(now - datetime.timedelta(minutes=15), now) == "hier"
        assert ago(now + HOUR, now) == "aujourd’hui"


def test_words_never_go_back_in_time():
    """The longer ago something was, the longer ago it is said to be."""
    now = timezone.now()
    units = {"day": 1, "week": 7, "month": 30, "year": 365}

    def length(text):
        number, unit, _ago = text.split()
        return int(number) * units[unit.removesuffix("s")]

    with override("en"):
        lengths = [length(ago(now - days * DAY, now)) for days in range(2, 2000)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize(
    ("state", "days", "french", "dutch"),
    [
        (CheckState.FRESH, 21, "il y a 3 semaines", "3 weken geleden"),
        (CheckState.DUE, 250, "8 mois", "8 maanden"),
        (CheckState.DUE, 60, "1 mois", "1 maand"),
        (CheckState.DUE, 800, "2 ans", "2 jaar"),
    ],
)
def test_readers_are_told_in_their_language(state, days, french, dutch):
    now = timezone.now()
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert expected in checked_text(state, now - days * DAY, "", now).replace("\u00a0", " ")


def test_who_cannot_be_called_is_not_to_be_called():
    for columns in ({}, {"phones": ["02 000 00 01"]}):
        address = seen(make_address(**columns))
        with override("en"):
            assert ("call" in address.checked_text) is bool(columns)


def test_a_month_is_never_said_of_less_than_one():
    """A category that is checked every month may be due after 28 days: that is "1 month", not none."""
    now = timezone.now()
    with override("en"):
        assert checked_text(CheckState.DUE, now - 28 * DAY, "", now) == "Not checked for 1 month"
