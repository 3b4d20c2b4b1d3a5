"""Dates that know how much they know: "1989", "2018-12", "2012-12-20" (ISO 8601, reduced precision)."""

import calendar
import datetime
import re

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

ISO = re.compile(r"^(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?$", re.ASCII)
# What people type in Belgium: 12/2018, 20/12/2012, 20.12.2012.
DAY_FIRST = re.compile(r"^(?:(?P<day>\d{1,2})[/.])?(?P<month>\d{1,2})[/.](?P<year>\d{4})$", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1000, 2999


class PartialDate(str):
    """A year, a month or a day, kept as ISO 8601 text of 4, 7 or 10 characters; "" where it is not known."""

    __slots__ = ()

    @classmethod
    def parse(cls, text):
        """Read what somebody typed; ValidationError where it is no year, month or day that exists."""
        text = str(text or "").strip()
        if not text:
            return cls("")
        match = ISO.match(text) or DAY_FIRST.match(text)
        if match:
            year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
            try:
                # 0 is no month: only where none was written does the first one stand in.
                datetime.date(year, 1 if month is None else month, 1 if day is None else day)
                valid = FIRST_YEAR <= year <= LAST_YEAR
            except ValueError:
                valid = False
            if valid:
                return cls("-".join(f"{part:02}" for part in (year, month, day) if part))
        raise ValidationError(
            _("“%(value)s” is not a date. Write a year (1989), a month (2018-12) or a day (2012-12-20)."),
            code="invalid_partial_date",
            params={"value": text},
        )

    @classmethod
    def today(cls):
        """Return today in Brussels, as a day."""
        return cls(timezone.localdate().isoformat())

    @property
    def year(self):
        """The year as a number, None where the date is not known."""
        return int(self[:4]) if self else None

    @property
    def is_year(self):
        return len(self) == 4

    @property
    def is_day(self):
        return len(self) == 10

    @property
    def as_year(self):
        """The place on a line of years: "1989" gives 1989.0, "2018-07" gives 2018.5; None where not known."""
        if not self:
            return None
        month = int(self[5:7] or 1)
        day = int(self[8:10] or 1)
        return self.year + (month - 1) / 12 + (day - 1) / 372

    def is_before(self, other):
        """Whether this is earlier than `other` on the precision that both have: 2018 is not before 2018-12."""
        length = min(len(self), len(other))
        return str(self[:length]) < str(other[:length])

    @property
    def text(self):
        """The date in the reader's language: "1989", "décembre 2018", "20 december 2012"."""
        if len(self) <= 4:
            return str(self)
        month = str(MONTHS[int(self[5:7])])
        if len(self) == 7:
            return f"{month} {self[:4]}"
        day = str(int(self[8:]))
        if day == "1":
            day = pgettext("first day of a month", "1")
        return f"{day} {month} {self[:4]}"


def months_later(date, months):
    """Return the same day (a date or a moment) so many months later, or the last day of that month; earlier below 0."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return date.replace(year=year, month=month + 1, day=min(date.day, last_day))


def day_text(date):
    """Return a date in the reader's language as PartialDate writes it: in French the first of a month is "1er"."""
    return PartialDate(date.isoformat()).text
