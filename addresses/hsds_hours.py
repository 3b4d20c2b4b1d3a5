"""The hours of desks as schedules of HSDS 3.0: weekly rules of iCalendar (RFC 5545)."""

import datetime

from django.utils import timezone
from django.utils.translation import pgettext

from addresses.hours import DAY, Week, Weekday
from addresses.hsds_parts import choice, foreign, known, part_id
from addresses.models import Access, Audience, HoursKind

ONE_DAY = datetime.timedelta(days=1)


def schedules(address, desk):
    """Return what one desk's hours are: the ordinary ones, cut where other hours hold, and those other hours.

    HSDS knows no exceptions: a week that went on across a closure would send people to a closed door.
    """
    today = timezone.localdate()
    there = (address.valid_from, address.valid_until)
    special = [day for day in address.special_days_ahead if day.desk_id in (None, desk.pk)]
    own = [day for day in special if day.desk_id]
    ordinary = [span for span in stretches(*overlap(there, (desk.starts, desk.ends)), special) if goes_on(span, today)]
    return [
        *(entry for span in ordinary for entry in ordinary_entries(address, desk, span)),
        *(
            entry
            for day in special
            # What holds for the whole address gives way to what holds for this desk.
            for span in stretches(*overlap(there, (day.starts, day.ends)), [] if day.desk_id else own)
            for entry in special_entries(address, desk, day, span)
        ),
    ]


def overlap(one, other):
    """Return (first, last) of the days that two spans have in common; None: without beginning or end."""
    firsts = [first for first, _last in (one, other) if first]
    lasts = [last for _first, last in (one, other) if last]
    return max(firsts, default=None), min(lasts, default=None)


def goes_on(span, today):
    return span[1] is None or span[1] >= today


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


def ordinary_entries(address, desk, span):
    """Return the schedules of an ordinary week, one for all days of the same hours; one without times for no hours."""
    if desk.hours_kind != HoursKind.WEEKLY:
        return [schedule(address, desk, span, words=str(desk.get_hours_kind_display()))]
    days_of = {}
    for day, periods in Week(desk.week).rows:
        for period in periods:
            days_of.setdefault(period, []).append(day)
    return [
        schedule(address, desk, span, words=f"{day_names(days)} · {period.text}", period=period, days=days)
        for period, days in sorted(days_of.items())
    ]


def day_names(days):
    return ", ".join(str(day.label) for day in days)


def special_entries(address, desk, special, span):
    """Return the schedules of days that are different; one without times where it is closed."""
    first, last = span
    days = [Weekday.of(first + number * ONE_DAY) for number in range(min(7, (last - first).days + 1))]
    about = {"reason": special.reason, "dtstart": first.isoformat(), "until": last.isoformat()}
    if not special.periods:
        return [schedule(address, desk, span, words=pgettext("an office", "closed"), **about)]
    return [
        schedule(address, desk, span, words=period.text, period=period, days=days, **about)
        for period in special.periods
    ]


def schedule(address, desk, span, *, words, period=None, days=(), reason=None, **dates):
    """Return one schedule: what it says in `words`, and its `period` on `days` of the week where it has hours."""
    key = part_id(address.key, "schedule", desk.pk, *span, period, *days)
    audience = desk.get_audience_display() if desk.audience != Audience.EVERYONE else ""
    texts = [text for text in (desk.label, desk.note, reason) if text and text.text]
    marks = {mark["value"]: mark for text in texts for mark in foreign(key, "schedule", text.lang)}
    return known(
        id=key,
        service_id=str(address.key),
        valid_from=span[0] and span[0].isoformat(),
        valid_to=span[1] and span[1].isoformat(),
        **dates,
        **(recurrence(period, days, span[0]) if period else {}),
        description=" · ".join(filter(None, [desk.label.text, str(audience), words, reason and reason.text])),
        attending_type=str(desk.get_access_display()),
        notes=desk.note.text,
        attributes=[
            choice(key, "schedule", "audience", Audience(desk.audience)),
            choice(key, "schedule", "access", Access(desk.access)),
            *marks.values(),
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
