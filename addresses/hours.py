"""Opening hours as people write them, and what the clock on the wall in Brussels says about them.

Nothing here knows the database. A time is a number of minutes after the midnight that begins its day; what goes on
after the next midnight has more than 1440 of them, and belongs to the day on which it began.

The clock on the wall decides: in the night in which an hour comes twice it counts twice, and the hour that is left
out in spring is no opening hour at all.
"""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

DAY = 24 * 60
#: How many spans one day may have; more is a mistake.
MOST_PERIODS = 6


class Weekday(models.TextChoices):
    """A day of the week, by the codes of iCalendar (RFC 5545), in lower case; Monday first."""

    MONDAY = "mo", _("Monday")
    TUESDAY = "tu", _("Tuesday")
    WEDNESDAY = "we", _("Wednesday")
    THURSDAY = "th", _("Thursday")
    FRIDAY = "fr", _("Friday")
    SATURDAY = "sa", _("Saturday")
    SUNDAY = "su", _("Sunday")

    @classmethod
    def of(cls, date):
        """Return the day of the week of a date."""
        return list(cls)[date.weekday()]


class Period(NamedTuple):
    """From `opens` until just before `closes`, in minutes; see the head of this file."""

    opens: int
    closes: int

    @property
    def text(self):
        """In the reader's language: "9 h à 12 h", "20 uur tot 8 uur (de volgende dag)"."""
        opens, closes = clock_text(self.opens), clock_text(self.closes)
        if self.closes - self.opens == DAY:
            return pgettext("opening hours", "day and night")
        if self.closes > DAY:
            return pgettext("opening hours", "%(opens)s to %(closes)s (the next day)") % {
                "opens": opens,
                "closes": closes,
            }
        return pgettext("opening hours", "%(opens)s to %(closes)s") % {"opens": opens, "closes": closes}


def clock_text(minutes):
    """Return a time of day in the reader's language: "9 h", "13 h 30"; "9.00", "13.30"."""
    hour, minute = divmod(minutes % DAY if minutes != DAY else DAY, 60)
    if minute:
        return pgettext("time of day", "%(hour)d:%(minute)02d") % {"hour": hour, "minute": minute}
    return pgettext("time of day, a full hour", "%(hour)d:00") % {"hour": hour}


def periods_text(periods):
    """Return the periods of a day in the reader's language: "9 h à 12 h, 13 h 30 à 17 h"; "" for none."""
    return ", ".join(period.text for period in periods)


# --- Writing and reading -----------------------------------------------------------------------------------------

HOUR = r"(\d{1,2})\s*(?:(?:[:.]|h|uur|u)\s*(?:(\d{2})(?!\d|\s*%s))?)?(?!\d)"
# Word processors write dashes of their own: the one that breaks no line, and minus.
TO = r"(?:[-‑–—−]|à|tot|to)"
# "9h 30-12" opens at half past nine; in "9h-12h 13-17" a new period begins at 13.
OPENS, CLOSES = HOUR % "[h:.u]", HOUR % f"(?:[h:.u]|{TO})"
SPAN = re.compile(rf"{OPENS}\s*{TO}\s*{CLOSES}\s*(\(?\+\s*1\)?)?", re.ASCII | re.IGNORECASE)
BETWEEN = re.compile(r"[\s,;/]+|\b(?:et|en|and|de|van)\b", re.IGNORECASE)
CLOSED = {"", *"-‑–—−", "closed", "fermé", "ferme", "gesloten", "dicht"}


def parse_times(text):
    """Read the hours of one day: "9-12, 13:30-17", "9h à 12h30", "20:00-8:00+1" (until the next day).

    Returns a list of Periods in order, [] for a day that is closed. ValidationError where it is no time, where a
    period ends before it starts, or where two overlap.
    """
    text = (text or "").strip()
    if text.lower() in CLOSED:
        return []
    periods, position = [], 0
    while position < len(text):
        if between := BETWEEN.match(text, position):
            position = between.end()
            continue
        span = SPAN.match(text, position)
        if not span:
            raise ValidationError(
                _("“%(text)s” is not an opening hour. Write for example 9:00-12:00, 13:30-17:00."),
                code="no_hours",
                params={"text": text[position : position + 40]},
            )
        periods.append(_period(span))
        position = span.end()
    return check_periods(sorted(periods))


def _period(span):
    opens, closes = _minutes(span[1], span[2]), _minutes(span[3], span[4])
    if span[5]:
        closes += DAY
    if opens >= DAY or closes - opens > DAY:
        raise ValidationError(
            _("“%(text)s” is longer than a day, or begins after midnight."), code="too_long", params={"text": span[0]}
        )
    if closes <= opens:
        raise ValidationError(
            _("“%(text)s” ends before it starts. If it goes on after midnight, write %(times)s."),
            code="ends_before_it_starts",
            params={"text": span[0], "times": write_times([Period(opens, closes + DAY)])},
        )
    return Period(opens, closes)


def _minutes(hour, minute):
    hour, minute = int(hour), int(minute or 0)
    if minute > 59 or hour * 60 + minute > DAY:
        raise ValidationError(
            _("“%(hour)d:%(minute)02d” is not a time of day."),
            code="no_time",
            params={"hour": hour, "minute": minute},
        )
    return hour * 60 + minute


def check_periods(periods):
    """Return sorted periods of one day; ValidationError where two of them overlap or there are too many."""
    if len(periods) > MOST_PERIODS:
        raise ValidationError(_("At most %(most)d periods a day."), code="too_many", params={"most": MOST_PERIODS})
    for earlier, later in pairwise(periods):
        if later.opens < earlier.closes:
            raise ValidationError(
                _("“%(one)s” and “%(other)s” overlap."),
                code="overlap",
                params={"one": write_times([earlier]), "other": write_times([later])},
            )
    return periods


def write_times(periods):
    """Return periods as `parse_times` reads them: "9:00-12:00, 13:30-17:00", "20:00-8:00+1"."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in periods)


def _clock(minutes):
    after_midnight = minutes > DAY
    hour, minute = divmod(minutes - DAY if after_midnight else minutes, 60)
    return f"{hour}:{minute:02d}{'+1' if after_midnight else ''}"


# --- A week ------------------------------------------------------------------------------------------------------


class Week(dict):
    """The hours of a week: {"mo": "9:00-12:00, 13:30-17:00", …}, days that are closed left out."""

    @classmethod
    def parse(cls, days):
        """Return the Week that {day code: text} says, written alike; ValidationError naming the day otherwise."""
        week, problems = cls(), []
        for day in Weekday:
            try:
                if times := write_times(parse_times(days.get(day.value, ""))):
                    week[day.value] = times
            except ValidationError as error:
                problems += [_("%(label)s: %(error)s") % {"label": day.label, "error": text} for text in error.messages]
        if problems:
            raise ValidationError(problems)
        week._refuse_overlapping_nights()
        return week

    def periods(self, day):
        """Return the Periods of a Weekday."""
        return parse_times(self.get(str(day), ""))

    def _refuse_overlapping_nights(self):
        days = list(Weekday)
        for index, day in enumerate(days):
            following = days[(index + 1) % 7]
            nights = [period.closes - DAY for period in self.periods(day) if period.closes > DAY]
            mornings = self.periods(following)
            if nights and mornings and mornings[0].opens < max(nights):
                raise ValidationError(
                    _("The hours of %(day)s go on after midnight and overlap those of %(following)s."),
                    code="overlap",
                    params={"day": day.label, "following": following.label},
                )

    @property
    def rows(self):
        """The days that are open, as [(Weekday, [Period, …])], Monday first."""
        return [(day, self.periods(day)) for day in Weekday if day.value in self]

    @property
    def texts(self):
        """The same in words: [(Weekday, "9 h à 12 h, 13 h 30 à 17 h")]."""
        return [(day, periods_text(periods)) for day, periods in self.rows]

    @property
    def alike(self):
        """The same, days that are alike together: [("Lundi à mercredi, vendredi", "9 h à 12 h"), …]."""
        alike = {}
        for day, times in self.texts:
            alike.setdefault(times, []).append(day)
        return [(_days_text(days), times) for times, days in alike.items()]

    @property
    def text(self):
        """In one line: "Lundi à mercredi, vendredi 9 h à 12 h ; jeudi 13 h à 16 h"."""
        return _week_text(tuple(self.items()), get_language())


@lru_cache(maxsize=2_000)
def _week_text(days, language):
    """Return the text of a Week; `language`, the reader's, is a part only of the key."""
    alike = Week(days).alike
    return pgettext("between the hours of days", "; ").join(f"{days} {times}" for days, times in alike)


def _days_text(days):
    """Return days of a week in words: three or more in a row by the first and the last of them."""
    order, runs = list(Weekday), []
    for day in days:
        if runs and order.index(day) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        pgettext("days of the week", "%(first)s to %(last)s") % {"first": run[0].label, "last": run[-1].label}
        if len(run) > 2
        else ", ".join(str(day.label) for day in run)
        for run in runs
    )


# --- Spans of days -----------------------------------------------------------------------------------------------


def overlap(one, other):
    """Return (first, last) of the days that two spans have in common; None: without beginning or end."""
    firsts = [first for first, _last in (one, other) if first]
    lasts = [last for _first, last in (one, other) if last]
    return max(firsts, default=None), min(lasts, default=None)


# --- The clock ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exceptional:
    """Days on which other hours hold, both ends included; no periods: closed."""

    starts: datetime.date
    ends: datetime.date
    periods: tuple = ()

    def covers(self, date):
        return self.starts <= date <= self.ends


@dataclass(frozen=True)
class Schedule:
    """When one desk is open: a week, from when to when that week holds, and the days that are different.

    `own`: Exceptional days of this desk; `shared`: those of the whole address, which give way to its own.
    """

    week: Week
    starts: datetime.date | None = None
    ends: datetime.date | None = None
    own: tuple = ()
    shared: tuple = ()

    def exceptional(self, date):
        """Return what is different on a date, None on ordinary days."""
        return next((days for days in (*self.own, *self.shared) if days.covers(date)), None)

    def periods_on(self, date):
        """Return the Periods that begin on a date."""
        if days := self.exceptional(date):
            return list(days.periods)
        if (self.starts and date < self.starts) or (self.ends and date > self.ends):
            return []
        return self.week.periods(Weekday.of(date))

    def open_until(self, now):
        """Return the minute (of `now`'s day) at which it closes if it is open at `now`, else None.

        `now`: a local datetime, the clock on the wall. A night may overlap the special hours of the next day: both
        hold, and the later of the two ends counts.
        """
        minute = now.hour * 60 + now.minute
        today = now.date()
        closings = [
            period.closes - shift
            for date, shift in ((today - datetime.timedelta(days=1), DAY), (today, 0))
            for period in self.periods_on(date)
            if period.opens <= minute + shift < period.closes
        ]
        return max(closings, default=None)

    def next_opening(self, now, days=14):
        """Return (date, minute) of the next opening after `now` within so many days, else None."""
        minute = now.hour * 60 + now.minute
        for ahead in range(days):
            date = now.date() + datetime.timedelta(days=ahead)
            for period in self.periods_on(date):
                if ahead or period.opens > minute:
                    return date, period.opens
        return None
