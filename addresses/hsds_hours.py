"""The hours of desks as schedules of HSDS 3.0: weekly rules of iCalendar (RFC 5545)."""

import datetime
from itertools import chain
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import pgettext

from addresses.hours import DAY, Period, Week, Weekday, overlap
from addresses.hsds_parts import foreign, known, label, part_id, value_attribute
from addresses.models import Access, Audience, HoursKind

ONE_DAY = datetime.timedelta(days=1)


class Rule(NamedTuple):
    """What holds every week: the words for it, and a Period on some Weekdays; none where no hours are known."""

    words: str
    period: Period | None = None
    days: tuple = ()


def schedules(address, desk):
    """Return what one desk's hours are: the ordinary ones, cut where other hours hold, and those other hours.

    HSDS knows no exceptions: a week that went on across a closure would send people to a closed door.
    """
    there = (address.valid_from, address.valid_until)
    special = [day for day in address.special_days_ahead if day.desk_id in (None, desk.pk) and changes_hours(day, desk)]
    own = [day for day in special if day.desk_id]
    rules = weekly_rules(desk)
    ordinary = [
        schedule(address, desk, span, rule)
        for span in stretches(*overlap(there, (desk.starts, desk.ends)), special)
        if goes_on(span)
        for rule in rules
        if not rule.days or weekdays(*span).intersection(rule.days)
    ]
    different = [
        entry
        for day in special
        # What holds for the whole address gives way to what holds for this desk.
        for span in stretches(*overlap(there, (day.starts, day.ends)), [] if day.desk_id else own)
        for entry in special_schedules(address, desk, day, span)
    ]
    return ordinary + different


def changes_hours(special, desk):
    """Whether special days are different for a desk: hours tell nothing of one that has no weekly ones, closures do."""
    return desk.hours_kind == HoursKind.WEEKLY or not special.periods


def goes_on(span):
    """Whether a span of days has not passed."""
    return span[1] is None or span[1] >= timezone.localdate()


def weekdays(first, last):
    """Return the Weekdays that there are from a first to a last day (None: without beginning or end)."""
    if first is None or last is None:
        return set(Weekday)
    return {Weekday.of(first + number * ONE_DAY) for number in range(min(7, (last - first).days + 1))}


def stretches(first, last, cuts):
    """Return the spans (first, last) of days that are left of one once those of `cuts` are taken out."""
    found = []
    for cut in sorted(cuts, key=lambda cut: cut.starts):
        if last and cut.starts > last:
            break
        if first is None or first < cut.starts:
            found.append((first, cut.starts - ONE_DAY))
        if first is None or first <= cut.ends:
            first = cut.ends + ONE_DAY
    if first is None or last is None or first <= last:
        found.append((first, last))
    return found


def weekly_rules(desk):
    """Return the Rules of an ordinary week, one for all days that have the same hours."""
    if desk.hours_kind != HoursKind.WEEKLY:
        return [Rule(label(HoursKind(desk.hours_kind)))]
    days_of = {}
    for day, periods in Week(desk.week).rows:
        for period in periods:
            days_of.setdefault(period, []).append(day)
    return [
        Rule(f"{', '.join(map(label, days))} · {period.text}", period, tuple(days))
        for period, days in sorted(days_of.items())
    ]


def special_schedules(address, desk, special, span):
    """Return the schedules of days that are different; one without times where it is closed."""
    first, last = span
    days = tuple(day for day in Weekday if day in weekdays(first, last))
    rules = [Rule(period.text, period, days) for period in special.periods]
    return [
        schedule(*(address, desk, span, rule), reason=special.reason, dtstart=first.isoformat(), until=last.isoformat())
        for rule in rules or [Rule(pgettext("an office", "closed"))]
    ]


def schedule(address, desk, span, rule, *, reason=None, **dates):
    """Return the schedule of a Rule that holds from the first to the last day of a span."""
    key = part_id(address.key, "schedule", desk.pk, *span, rule.period, *rule.days)
    audience = label(Audience(desk.audience)) if desk.audience != Audience.EVERYONE else ""
    texts = [text for text in (desk.label, desk.note, reason) if text and text.text]
    marks = {text.lang: foreign(key, text.lang) for text in texts}
    return known(
        id=key,
        valid_from=span[0] and span[0].isoformat(),
        valid_to=span[1] and span[1].isoformat(),
        **dates,
        **(recurrence(rule.period, rule.days, span[0]) if rule.period else {}),
        description=" · ".join(filter(None, [desk.label.text, audience, rule.words, reason and reason.text])),
        attending_type=label(Access(desk.access)),
        notes=desk.note.text,
        attributes=[
            value_attribute(key, "audience", desk.audience),
            value_attribute(key, "access", desk.access),
            *chain(*marks.values()),
        ],
    )


def recurrence(period, days, first):
    """Return a weekly rule of iCalendar; times have the offset of its first day, or of today where it has begun."""
    today = timezone.localdate()
    noon = datetime.datetime.combine(max(first or today, today), datetime.time(12), timezone.get_current_timezone())
    offset = noon.utcoffset()
    return {
        "timezone": offset // datetime.timedelta(hours=1),
        "freq": "WEEKLY",
        "byday": ",".join(day.value.upper() for day in days),
        "opens_at": clock(period.opens, offset),
        "closes_at": clock(period.closes, offset),
    }


def clock(minutes, offset):
    """Return a time of day: "09:00+01:00"; what closes no later than it opens closes on the next day."""
    hour, minute = divmod(minutes % DAY, 60)
    return datetime.time(hour, minute, tzinfo=datetime.timezone(offset)).isoformat("minutes")
