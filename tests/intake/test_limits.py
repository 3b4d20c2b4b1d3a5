"""Who sends too much is held off, whatever worker they reach, and nobody's address is kept."""

import datetime

import pytest

from intake.limits import count_attempt, delete_old, who_asks
from intake.models import RateWindow
from tests.intake.crowd import at_once

pytestmark = pytest.mark.django_db

HOUR = 60 * 60
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)


def attempt(who="192.0.2.1", scope="letter", limit=2, seconds=HOUR, now=NOON):
    return count_attempt(scope, who, limit, seconds, now)


def test_so_many_attempts_pass_and_no_more_until_the_next_window():
    assert [attempt() for _time in range(4)] == [True, True, False, False]
    assert attempt(now=NOON + datetime.timedelta(minutes=59, seconds=59)) is False
    assert attempt(now=NOON + datetime.timedelta(minutes=60)) is True


def test_others_and_other_forms_have_counts_of_their_own():
    assert [attempt(limit=1), attempt(limit=1)] == [True, False]
    assert attempt(who="192.0.2.2", limit=1) is True
    assert attempt(scope="order", limit=1) is True


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_share_one_count():
    results = at_once(lambda: attempt(limit=5), 12)
    assert sorted(results) == [False] * 7 + [True] * 5
    assert RateWindow.objects.get().count == 5


def test_no_address_can_be_read_or_followed_into_another_day(settings):
    attempt(who="192.0.2.1")
    attempt(who="192.0.2.1", now=NOON + datetime.timedelta(days=1))
    today, tomorrow = RateWindow.objects.order_by("window_start").values_list("who", flat=True)
    assert "192" not in today
    assert today != tomorrow
    settings.SECRET_KEY = "another key of another site, of forty letters"
    attempt(who="192.0.2.1")
    assert not {today, tomorrow} >= set(RateWindow.objects.values_list("who", flat=True))


def test_counts_are_deleted_after_a_day_and_not_before():
    attempt(limit=1, seconds=24 * HOUR)
    start = RateWindow.objects.get().window_start
    delete_old(start + datetime.timedelta(days=1), None)
    assert RateWindow.objects.exists()
    delete_old(start + datetime.timedelta(days=1, seconds=1), None)
    assert not RateWindow.objects.exists()


@pytest.mark.parametrize("seconds", [0, -1, 24 * HOUR + 1])
def test_a_window_longer_than_counts_are_kept_is_refused(seconds):
    with pytest.raises(ValueError, match="a day at most"):
        attempt(seconds=seconds)


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:DB8:1:2::1", "2001:db8:1:2::1", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
        ("unix:", "192.0.2.1", False),
    ],
)
def test_a_household_counts_as_one_and_its_neighbour_does_not(rf, address, other, same):
    first, second = (who_asks(rf.get("/", REMOTE_ADDR=remote)) for remote in (address, other))
    assert (first == second) is same


def test_behind_a_front_server_readers_count_and_not_the_server(rf, settings):
    settings.BEHIND_FRONT_SERVER = True
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "198.51.100.7, 192.0.2.1"})
    assert who_asks(request) == "192.0.2.1"
