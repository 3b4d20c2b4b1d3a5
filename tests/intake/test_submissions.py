"""The same form sent twice is one submission, and both senders get the same answer."""

import datetime
import time
import uuid

import pytest

from intake.models import RateWindow, Submission
from intake.submissions import AnotherContent, delete_old, once
from tests.intake.crowd import at_once

pytestmark = pytest.mark.django_db


def test_the_second_time_tells_what_came_of_the_first():
    key = uuid.uuid4()
    told = []
    for result in ("first", "second"):
        with once(key, "letter", "f") as submission:
            if submission.is_first:
                submission.result = result
        told.append((submission.is_first, submission.result))
    assert told == [(True, "first"), (False, "first")]


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_do_it_once_and_all_learn_the_result():
    key = uuid.uuid4()

    def send():
        with once(key, "letter", "f") as submission:
            if submission.is_first:
                RateWindow.objects.create(
                    scope=str(uuid.uuid4()), who="", window_start=datetime.datetime.now(datetime.UTC)
                )
                time.sleep(0.2)
                submission.result = "done"
        return submission.is_first, submission.result

    results = at_once(send, 6)
    assert sorted(results) == [(False, "done")] * 5 + [(True, "done")]
    assert RateWindow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_has_not_happened_and_may_be_sent_again():
    key = uuid.uuid4()
    with pytest.raises(ZeroDivisionError), once(key, "letter", "f"):
        raise ZeroDivisionError
    assert not Submission.objects.exists()
    with once(key, "letter", "f") as submission:
        assert submission.is_first


@pytest.mark.django_db(transaction=True)
def test_where_the_first_fails_the_one_that_waits_does_it():
    key = uuid.uuid4()
    begun = []

    def send():
        with once(key, "letter", "f") as submission:
            begun.append(submission.is_first)
            time.sleep(0.2)
            if len(begun) == 1:
                raise ZeroDivisionError
            submission.result = "done"
        return submission.result

    results = at_once(send, 2)
    assert begun == [True, True]
    assert sorted(map(str, results)) == ["", "done"]
    assert Submission.objects.get().result == "done"


def test_the_same_form_with_other_words_is_no_repetition():
    key = uuid.uuid4()
    with once(key, "letter", "f") as submission:
        submission.result = "first"
    with pytest.raises(AnotherContent), once(key, "letter", "g"):
        raise AssertionError("never reached")
    assert Submission.objects.get().result == "first"


def test_submissions_are_forgotten_when_their_form_can_be_sent_no_more(clock):
    with once(uuid.uuid4(), "letter", "f"):
        clock.forward(days=2)
    delete_old(clock.now, None)
    assert Submission.objects.exists()
    clock.forward(seconds=1)
    delete_old(clock.now, None)
    assert not Submission.objects.exists()
