"""What the clock in Brussels says about an address, in words: open until when, else when it opens next."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from addresses.hours import DAY, clock_text, periods_text
from addresses.opening import Access, Audience, Desk, HoursKind

#: How far ahead readers are told of the next opening.
DAYS_AHEAD = 14


class Kind(StrEnum):
    """What can be said of an address today."""

    OPEN = "open"
    CLOSED = "closed"
    APPOINTMENT = "appointment"
    UNKNOWN = "unknown"
    TO_COME = "to_come"
    GONE = "gone"


@dataclass(frozen=True)
class Today:
    """`text`: a sentence for the reader; `desk`: the one it is about, None where it is about the whole address."""

    kind: Kind
    text: str
    desk: Desk | None = None


def today_line(address, now=None):
    """Return the Today of an address at a local datetime; asks the database nothing where desks are prefetched."""
    now = now or timezone.localtime()
    if address.has_gone:
        return Today(Kind.GONE, _("No longer here"))
    if address.is_to_come:
        return Today(Kind.TO_COME, _("Only from %(date)s") % {"date": date_format(address.valid_from)})
    desks = [desk for desk in address.shown_desks if desk.has_hours]
    if not desks:
        return _without_hours(address)
    return _open(desks, now) or _closed(desks, now)


def hours_today(address, now=None):
    """Return [(desk, its hours that begin today, in words)] of the desks whose hours are known."""
    date = (now or timezone.localtime()).date()
    return [
        (desk, periods_text(desk.schedule.periods_on(date)) or _("closed today"))
        for desk in address.shown_desks
        if desk.has_hours
    ]


def _without_hours(address):
    for desk in address.shown_desks:
        if desk.hours_kind == HoursKind.APPOINTMENT:
            return Today(Kind.APPOINTMENT, _("No fixed hours: by appointment"), desk)
    return Today(Kind.UNKNOWN, _("Hours not known: call first") if address.has_phone else _("Hours not known"))


def _suits_most(desk):
    """Whether anybody can just walk in: such a desk is named before the others."""
    return desk.audience == Audience.EVERYONE and desk.access == Access.WALK_IN


def _open(desks, now):
    """The Today of what is open now, None where nothing is."""
    closings = [(desk, until) for desk in desks if (until := _open_until(desk.schedule, now)) is not None]
    if not closings:
        return None
    desk, until = max(closings, key=lambda closing: (_suits_most(closing[0]), closing[1]))
    by_phone = desk.access == Access.PHONE
    if until >= 2 * DAY:
        words = _("By phone now, day and night") if by_phone else _("Open now, day and night")
    elif until > DAY:
        words = _("By phone now, until %(time)s tomorrow") if by_phone else _("Open now, until %(time)s tomorrow")
    elif until == DAY:
        words = _("By phone now, until midnight") if by_phone else _("Open now, until midnight")
    else:
        words = _("By phone now, until %(time)s") if by_phone else _("Open now, until %(time)s")
    return Today(Kind.OPEN, words % {"time": clock_text(until)}, desk)


def _open_until(schedule, now):
    """As Schedule.open_until, but what goes on at midnight without a pause closes when that closes."""
    until = schedule.open_until(now)
    if until != DAY:
        return until
    tomorrow = schedule.periods_on(now.date() + datetime.timedelta(days=1))
    return DAY + tomorrow[0].closes if tomorrow and tomorrow[0].opens == 0 else until


def _closed(desks, now):
    """The Today of an address where nothing is open now."""
    openings = [(desk, opening) for desk in desks if (opening := desk.schedule.next_opening(now, DAYS_AHEAD))]
    if not openings:
        return Today(Kind.CLOSED, _("Closed now, and for the next two weeks"))
    desk, (date, minute) = min(openings, key=lambda opening: (opening[1], not _suits_most(opening[0])))
    ahead = (date - now.date()).days
    if ahead == 0:
        words = _("Closed now. Opens today at %(time)s")
    elif ahead == 1:
        words = _("Closed now. Opens tomorrow at %(time)s")
    elif ahead < 7:
        words = _("Closed now. Opens on %(day)s at %(time)s")
    else:
        words = _("Closed now. Opens on %(date)s at %(time)s")
    return Today(
        Kind.CLOSED,
        words % {"time": clock_text(minute), "day": date_format(date, "l"), "date": date_format(date, "l j F")},
        desk,
    )
