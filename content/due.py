"""What has to happen as time passes: the command `run_due` walks settings.DUE_STEPS every minute.

Each step is a function `step(now, since)`: `now` is the moment of this run, `since` that of the last one in which the
step went well, None at first. A step may be run again for the same stretch of time, and must not mind.
"""

import datetime
import logging
import traceback
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from content.models import DueStep

logger = logging.getLogger(__name__)

#: For how long a step belongs to the run that began it; a run that was killed holds it up no longer than that.
LEASE = datetime.timedelta(minutes=5)
#: After how long without a run staff are warned.
LATE = datetime.timedelta(minutes=10)
TASKS_KEPT_DAYS = 7


def run_due(now=None):
    """Run every step of settings.DUE_STEPS that no other run is at; return the names of those that failed."""
    return [path for path in settings.DUE_STEPS if not run_step(path, now or timezone.now())]


def run_step(path, now):
    """Run one step, unless another run is at it; return False where it failed, for whatever reason."""
    step = claim(path, now)
    if step is None:
        return True
    problem = ""
    try:
        import_string(path)(now, step.done_until)
    except Exception as error:
        problem = type(error).__name__
        # Where it happened, but not the error's own words: they may hold what somebody wrote to us.
        places = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Step %s failed with %s\n%s", path, problem, places)
    ended = {"claimed_until": None, "ran_at": timezone.now(), "problem": problem}
    if not problem:
        ended["done_until"] = now
    DueStep.objects.filter(pk=step.pk, claimed_until=step.claimed_until).update(**ended)
    return not problem


def claim(path, now):
    """Take a step for this run and return it; None where another run has it.

    One conditional update, whose row count tells which of two runs came first.
    """
    DueStep.objects.get_or_create(path=path)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    if not DueStep.objects.filter(free, path=path).update(claimed_until=now + LEASE):
        return None
    return DueStep.objects.get(path=path)


def passed_since(model, since, now):
    """Return the objects of a content model of which a publication began or ended after `since`, and by `now`.

    All that ever began, where `since` is None.
    """
    passed = Q()
    for column in ("publish_from", "publish_until"):
        after = {f"{column}__gt": since} if since else {}
        passed |= Q(**{f"{column}__lte": now}, **after)
    objects = model.objects.all()
    return objects.filter(objects.has_row(passed))


def forget_finished_tasks(now, since):
    """Delete the worker's tasks that were finished a week ago. A step of settings.DUE_STEPS."""
    call_command("prune_db_task_results", min_age_days=TASKS_KEPT_DAYS, verbosity=0)


@dataclass
class Report:
    """How the steps are doing, for staff."""

    last_run: datetime.datetime | None
    late: bool
    failing: list  # of (path, kind of error)


def report(now=None):
    """Return the Report of now: one query."""
    now = now or timezone.now()
    steps = list(DueStep.objects.filter(path__in=settings.DUE_STEPS).order_by("path"))
    last_run = max((step.ran_at for step in steps if step.ran_at), default=None)
    failing = [(step.path, step.problem) for step in steps if step.problem]
    return Report(last_run, last_run is None or last_run < now - LATE, failing)
