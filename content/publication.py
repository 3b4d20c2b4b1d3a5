"""The state of a translation, always derived from its two dates and the clock, never stored."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a translation stands now."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


def state_at(publish_from, publish_until, now=None):
    """Return the State that two aware datetimes (or None) give at `now`."""
    now = now or timezone.now()
    if publish_from is None:
        return State.DRAFT
    if publish_until is not None and publish_until <= now:
        return State.WITHDRAWN
    return State.SCHEDULED if publish_from > now else State.PUBLISHED


def in_state(state, now=None):
    """The condition on translation rows that says the same as `state_at`, for querysets."""
    now = now or timezone.now()
    over = Q(publish_until__isnull=False, publish_until__lte=now)
    return {
        State.DRAFT: Q(publish_from__isnull=True),
        State.WITHDRAWN: Q(publish_from__isnull=False) & over,
        State.SCHEDULED: Q(publish_from__gt=now) & ~over,
        State.PUBLISHED: Q(publish_from__lte=now) & ~over,
    }[State(state)]


def state_text(publish_from, publish_until, now=None):
    """Say the state with its date, in Brussels time: "published since 23 November 2026 10:00"."""
    state = state_at(publish_from, publish_until, now)
    wording = {
        State.DRAFT: _("draft"),
        State.SCHEDULED: _("scheduled for %(when)s"),
        State.PUBLISHED: _("published since %(when)s"),
        State.WITHDRAWN: _("withdrawn since %(when)s"),
    }[state]
    when = publish_until if state == State.WITHDRAWN else publish_from
    if when is None:
        return str(wording)
    return str(wording) % {"when": date_format(timezone.localtime(when), "DATETIME_FORMAT")}
