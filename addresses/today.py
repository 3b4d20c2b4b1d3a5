"""What the clock in Brussels says about an address, in words: open until when, else when it opens next."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from addresses.hours import DAY, clock_text, periods_text
from addresses.opening import RECEIVING, Access, Audience, Desk, HoursKind

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


def today_line(address, now=None, audiences=()):
    """Return the Today of an address at a local datetime; asks the database nothing where desks are prefetched.

    `audiences`: for whom the reader asked; the line is about their desks where the address has such.
    """
    now = now or timezone.localtime()
    if address.has_gone:
        return Today(Kind.GONE, _("No longer here"))
    if address.is_closed:
        return Today(Kind.GONE, _closed_for_good())
    if address.is_to_come:
        return Today(Kind.TO_COME, _("Only from %(date)s") % {"date": date_format(address.valid_from)})
    desks = _receiving(address)
    if not desks:
        return _without_hours(address)
    asked = [desk for desk in desks if desk.audience in audiences]
    return _open(asked or desks, now) or _closed(address, asked or _for_everybody(desks) or desks, now)


def hours_today(address, now=None):
    """Return [(desk, its hours that begin today, in words)] of the desks that receive at hours that are known."""
    if address.has_gone or address.is_closed or address.is_to_come:
        return []
    date = (now or timezone.localtime()).date()
    return [(desk, periods_text(desk.schedule.periods_on(date)) or _("closed today")) for desk in _receiving(address)]


def stay_text(address):
    """Say that an address has gone, is closed for good, yet to come or about to leave; "" where it simply is there."""
    if address.has_gone:
        return _("No longer here")
    if address.is_closed:
        return _closed_for_good()
    coming = leaving = ""
    if address.is_to_come:
        coming = _("Not here yet: only from %(date)s.") % {"date": date_format(address.valid_from)}
    if address.valid_until:
        leaving = _("Here until %(date)s.") % {"date": date_format(address.valid_until)}
    return " ".join(filter(None, [coming, leaving]))


def _closed_for_good():
    return _("This service no longer exists. Do not go there.")


def _receiving(address):
    """The desks that one can go to or call at hours that are known."""
    return [desk for desk in address.shown_desks if desk.has_hours and desk.access in RECEIVING]


def _without_hours(address):
    for desk in address.shown_desks:
        if desk.hours_kind == HoursKind.APPOINTMENT:
            return Today(Kind.APPOINTMENT, _("No fixed hours: by appointment"), desk)
    if address.shown_desks and not any(desk.access in RECEIVING for desk in address.shown_desks):
        desk = min(address.shown_desks, key=lambda desk: desk.access != Access.EMAIL)
        by_email = desk.access == Access.EMAIL
        words = _("No visitors: write an e-mail") if by_email else _("Only for people whom another service sends")
        return Today(Kind.APPOINTMENT, words, desk)
    return Today(Kind.UNKNOWN, _("Hours not known: call first") if address.has_phone else _("Hours not known"))


def _for_everybody(desks):
    return [desk for desk in desks if desk.audience == Audience.EVERYONE]


def _suits_most(desk):
    """The rank of a desk: those for everybody before the others, and where one just walks in before the others."""
    return desk.audience == Audience.EVERYONE, desk.access == Access.WALK_IN


def _for_its_public(desk, words):
    """Begin with the public of a desk that is not for everybody, so that nobody else takes its hours for theirs."""
    if desk.audience == Audience.EVERYONE:
        return words
    public = str(capfirst(desk.get_audience_display()))
    return _("%(public)s: %(words)s") % {"public": public, "words": words[:1].lower() + words[1:]}


def _open(desks, now):
    """The Today of what is open now, None where nothing is."""
    closings = [(desk, until) for desk in desks if (until := _open_until(desk, now)) is not None]
    if not closings:
        return None
    desk, until = max(closings, key=lambda closing: (_suits_most(closing[0]), closing[1]))
    by_phone = desk.access == Access.PHONE
    if desk.access == Access.APPOINTMENT:
        words = _("Open now, but only by appointment")
    elif until >= 2 * DAY:
        words = _("By phone now, day and night") if by_phone else _("Open now, day and night")
    elif until > DAY:
        words = _("By phone now, until %(time)s tomorrow") if by_phone else _("Open now, until %(time)s tomorrow")
    elif until == DAY:
        words = _("By phone now, until midnight") if by_phone else _("Open now, until midnight")
    else:
        words = _("By phone now, until %(time)s") if by_phone else _("Open now, until %(time)s")
    return Today(Kind.OPEN, _for_its_public(desk, words % {"time": clock_text(until)}), desk)


def _open_until(desk, now):
    """As Schedule.open_until, but what goes on at midnight without a pause closes when that closes.

    The midnight after the last day of a desk ends even a night: the address has gone then, or its hours have run out.
    """
    until, today = desk.schedule.open_until(now), now.date()
    if until is None or until < DAY:
        return until
    if _last_day(desk) == today:
        return DAY
    tomorrow = desk.schedule.periods_on(today + datetime.timedelta(days=1))
    return DAY + tomorrow[0].closes if until == DAY and tomorrow and tomorrow[0].opens == 0 else until


def _last_day(desk):
    """The last day on which a desk is there, None where it stays."""
    return min(filter(None, [desk.ends, desk.address.valid_until]), default=None)


def _next_opening(desk, now):
    """As Schedule.next_opening, None where the desk is no longer there by then."""
    opening, last = desk.schedule.next_opening(now, DAYS_AHEAD), _last_day(desk)
    return None if opening and last and opening[0] > last else opening


def _closed(address, desks, now):
    """The Today of an address where nothing is open now."""
    openings = [(desk, opening) for desk in desks if (opening := _next_opening(desk, now))]
    if not openings and address.valid_until and (address.valid_until - now.date()).days < DAYS_AHEAD:
        return Today(Kind.CLOSED, _("Closed now, and it does not open here again"))
    if not openings:
        return Today(Kind.CLOSED, _("Closed now, and for the next two weeks"))
    desk, (date, minute) = min(openings, key=lambda opening: (opening[1], *(not it for it in _suits_most(opening[0]))))
    ahead = (date - now.date()).days
    if ahead == 0:
        words = _("Closed now. Opens today at %(time)s")
    elif ahead == 1:
        words = _("Closed now. Opens tomorrow at %(time)s")
    elif ahead < 7:
        words = _("Closed now. Opens on %(day)s at %(time)s")
    else:
        words = _("Closed now. Opens on %(date)s at %(time)s")
    words = words % {"time": clock_text(minute), "day": date_format(date, "l"), "date": date_format(date, "l j F")}
    return Today(Kind.CLOSED, _for_its_public(desk, words), desk)
