"""What has to happen as time passes: every step in its turn, none twice at once, none stopped by another's fault."""

import datetime
import logging
import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from content import due
from content.due import LATE, LEASE, passed_since, report, run_due
from content.models import DueStep
from networks.models import Network
from tests.admin.desk import Sheet, make_superuser, signed_in
from tests.intake.crowd import at_once
from tests.makers import make_network

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)
WROTE = "zoe@example.org"
MINUTE = datetime.timedelta(minutes=1)
calls = []


def first(now, since):
    calls.append(("first", now, since))


def second(now, since):
    calls.append(("second", now, since))


def failing(now, since):
    calls.append(("failing", now, since))
    raise ValueError(f"{WROTE} is wrong")


@task()
def small_task():
    """A task of the worker."""


@pytest.fixture
def steps(settings):
    """Set the steps of this test, by the names of the functions above."""
    calls.clear()

    def use(*names):
        settings.DUE_STEPS = [f"tests.content.test_due.{name}" for name in names]

    return use


def test_every_step_of_the_settings_can_be_called(settings):
    for path in settings.DUE_STEPS:
        import_string(path)(timezone.now(), None)


def test_steps_run_in_their_order_and_learn_when_they_last_went_well(steps):
    steps("first", "second")
    assert run_due(NOON) == []
    assert run_due(NOON + MINUTE) == []
    assert calls == [
        ("first", NOON, None),
        ("second", NOON, None),
        ("first", NOON + MINUTE, NOON),
        ("second", NOON + MINUTE, NOON),
    ]


def test_a_step_that_fails_stops_no_other_and_gets_the_same_stretch_again(steps):
    steps("first", "failing", "second", "absent")
    assert run_due(NOON) == ["tests.content.test_due.failing", "tests.content.test_due.absent"]
    run_due(NOON + MINUTE)
    assert calls == [
        ("first", NOON, None),
        ("failing", NOON, None),
        ("second", NOON, None),
        ("first", NOON + MINUTE, NOON),
        ("failing", NOON + MINUTE, None),
        ("second", NOON + MINUTE, NOON),
    ]
    assert report().failing == [
        ("tests.content.test_due.absent", "ImportError"),
        ("tests.content.test_due.failing", "ValueError"),
    ]


def test_the_log_tells_where_it_failed_and_nothing_of_what_somebody_wrote(steps, caplog):
    steps("failing")
    with caplog.at_level(logging.DEBUG):
        run_due(NOON)
    assert "tests.content.test_due.failing failed with ValueError" in caplog.text
    assert "in failing" in caplog.text
    assert WROTE not in caplog.text


def test_the_command_tells_by_its_exit_code_that_a_step_failed(steps):
    steps("first")
    call_command("run_due")
    steps("first", "failing")
    with pytest.raises(CommandError, match=r"test_due\.failing$"):
        call_command("run_due")


def test_a_step_that_another_run_is_at_is_left_to_it(steps):
    steps("first", "second")
    assert due.claim("tests.content.test_due.first", NOON)
    assert run_due(NOON + LEASE - MINUTE) == []
    assert [name for name, _now, _since in calls] == ["second"]
    run_due(NOON + LEASE)
    assert [name for name, _now, _since in calls] == ["second", "first", "second"], "the other run was killed"


@pytest.mark.django_db(transaction=True)
def test_of_several_runs_at_once_one_does_each_step(steps, monkeypatch):
    steps("first")
    running = []

    def slow(now, since):
        running.append(now)
        time.sleep(0.3)

    monkeypatch.setattr(due, "import_string", lambda path: slow)
    assert at_once(run_due, 5) == [[]] * 5
    assert len(running) == 1


@pytest.mark.parametrize("column", ["publish_from", "publish_until"])
def test_what_was_published_or_withdrawn_since_the_last_run_is_found(column):
    begin = NOON - datetime.timedelta(days=9)
    network = make_network(fr={"publish_from": begin, column: NOON}, nl=None)
    make_network(fr={"publish_from": begin}, nl=None)
    make_network(fr={"state": "draft"}, nl=None)

    def found(since, now):
        return list(passed_since(Network, since, now))

    assert found(NOON - MINUTE, NOON) == [network], "at the moment itself"
    assert found(NOON - MINUTE, NOON - datetime.timedelta(microseconds=1)) == []
    assert found(NOON, NOON + MINUTE) == [], "once only"
    assert found(NOON + MINUTE, NOON) == [], "a clock that was put back"


def test_at_the_first_run_all_that_ever_began_has_passed():
    network = make_network(fr={"publish_from": NOON - 9 * MINUTE}, nl={"publish_from": NOON - 5 * MINUTE})
    make_network(fr={"publish_from": NOON + MINUTE}, nl=None)
    assert list(passed_since(Network, None, NOON)) == [network]


def test_finished_tasks_are_forgotten_after_a_week():
    small_task.enqueue()
    small_task.enqueue()
    done, _waiting = DBTaskResult.objects.all()
    week = datetime.timedelta(days=due.TASKS_KEPT_DAYS)
    DBTaskResult.objects.filter(pk=done.pk).update(
        status="SUCCESSFUL", started_at=timezone.now() - week, finished_at=timezone.now() - week + MINUTE
    )
    due.forget_finished_tasks(timezone.now(), None)
    assert DBTaskResult.objects.count() == 2
    DBTaskResult.objects.filter(pk=done.pk).update(finished_at=timezone.now() - week)
    due.forget_finished_tasks(timezone.now(), None)
    assert DBTaskResult.objects.get() != done


def test_staff_are_warned_when_nothing_ran_and_when_a_step_fails(steps):
    steps("first", "failing")
    client = signed_in(make_superuser())

    def warned():
        return Sheet(client.get("/admin/")).with_class("warning")

    assert report().late
    assert warned()
    run_due()
    assert not report().late
    (warning,) = warned()
    assert "tests.content.test_due.failing" in "".join(warning.itertext())
    steps("first")
    assert not warned()
    DueStep.objects.update(ran_at=timezone.now() - LATE - MINUTE)
    assert report().late
    assert warned()
