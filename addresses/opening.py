"""Who is received when: the desks of an address, the days that are different, and the table that finds what is open."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from addresses.hours import DAY, Exceptional, Schedule, Week, Weekday, parse_times, periods_text
from addresses.hours_fields import TimesField, WeekField
from content.fields import WordsField


class Audience(models.TextChoices):
    """Whom a desk receives."""

    EVERYONE = "everyone", _("everyone")
    WOMEN = "women", _("women only")
    MINORS = "minors", _("minors")
    FAMILIES = "families", _("families")


class Access(models.TextChoices):
    """How one gets to speak to somebody."""

    WALK_IN = "walk_in", _("without appointment")
    APPOINTMENT = "appointment", _("by appointment")
    PHONE = "phone", _("by phone")
    EMAIL = "email", _("by e-mail")
    REFERRAL = "referral", _("sent by another service")


#: Whom one can go to or call during their hours; the others answer when they have read, or receive whom they know.
RECEIVING = (Access.WALK_IN, Access.APPOINTMENT, Access.PHONE)


class HoursKind(models.TextChoices):
    """What is known of the hours."""

    WEEKLY = "weekly", _("these hours, every week")
    APPOINTMENT = "appointment", _("no fixed hours: by appointment")
    UNKNOWN = "unknown", _("not known")


def not_over_before_it_began(starts, ends):
    """The condition "the last day is not before the first", where both are known."""
    return Q(**{f"{ends}__isnull": True}) | Q(**{f"{starts}__isnull": True}) | Q(**{f"{ends}__gte": F(starts)})


class Desk(models.Model):
    """One service of an address, for one public: who is received, how, and when."""

    address = models.ForeignKey("addresses.Address", models.CASCADE, related_name="desks", verbose_name=_("address"))
    label = WordsField(
        _("name of the desk"), max_length=120, blank=True, help_text=_("Blank where the address has only one.")
    )
    audience = models.CharField(_("for whom"), max_length=20, choices=Audience, default=Audience.EVERYONE)
    access = models.CharField(_("how"), max_length=20, choices=Access, default=Access.WALK_IN)
    hours_kind = models.CharField(_("hours"), max_length=20, choices=HoursKind, default=HoursKind.UNKNOWN)
    week = WeekField(_("week"), blank=True)
    starts = models.DateField(_("from"), null=True, blank=True, help_text=_("Only if these hours begin later."))
    ends = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day of these hours."))
    note = WordsField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks and opening hours")
        ordering = ("pk",)
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=not_over_before_it_began("starts", "ends"),
                name="desk_not_over_before_it_began",
                violation_error_message=_("The last day cannot come before the first."),
            ),
        )

    def __str__(self):
        return " · ".join(part for part in (self.label.text, str(self.get_access_display())) if part)

    def clean(self):
        """Hours are written where they are known, and only there."""
        super().clean()
        if self.hours_kind == HoursKind.WEEKLY and not self.week:
            raise ValidationError({"week": _("Write the hours of at least one day, or choose “not known”.")})
        if self.hours_kind != HoursKind.WEEKLY and self.week:
            raise ValidationError({"hours_kind": _("Hours are written below: choose “these hours, every week”.")})

    @cached_property
    def schedule(self):
        """The Schedule of this desk; the address's special days are asked for once, with the address."""
        special = self.address.special_days.all()
        return Schedule(
            week=Week(self.week),
            starts=self.starts,
            ends=self.ends,
            own=tuple(day.exceptional for day in special if day.desk_id == self.pk),
            shared=tuple(day.exceptional for day in special if day.desk_id is None),
        )

    @property
    def access_text(self):
        """How one is received, "" where "by appointment" is said by the hours already."""
        is_said = self.hours_kind == HoursKind.APPOINTMENT and self.access in (Access.WALK_IN, Access.APPOINTMENT)
        return "" if is_said else self.get_access_display()

    @property
    def hours_text(self):
        """The hours in one line, what is known of them where they are not weekly."""
        if self.hours_kind == HoursKind.UNKNOWN:
            return str(_("hours not known"))
        return self.schedule.week.text if self.hours_kind == HoursKind.WEEKLY else self.get_hours_kind_display()

    @property
    def has_hours(self):
        """Whether the hours of this desk are known and hold today or later."""
        return self.hours_kind == HoursKind.WEEKLY and not (self.ends and self.ends < timezone.localdate())


class SpecialDay(models.Model):
    """One day, or days in a row, on which an address or one of its desks is closed or has other hours."""

    address = models.ForeignKey(
        "addresses.Address", models.CASCADE, related_name="special_days", verbose_name=_("address")
    )
    desk = models.ForeignKey(
        Desk,
        models.CASCADE,
        related_name="special_days",
        verbose_name=_("desk"),
        null=True,
        blank=True,
        help_text=_("Blank: all of them."),
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), help_text=_("The same day for a single one."))
    times = TimesField(_("hours"), blank=True, help_text=_("Blank: closed. For example 9:00-12:00."))
    reason = WordsField(_("reason"), max_length=120, blank=True)

    #: Keys of the rows that are sent in the same form: it compares them as they will be, not as they are stored.
    checked_together = frozenset()

    class Meta:
        verbose_name = _("special day or closure")
        verbose_name_plural = _("special days and closures")
        ordering = ("starts", "pk")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=not_over_before_it_began("starts", "ends"),
                name="specialday_not_over_before_it_began",
                violation_error_message=_("The last day cannot come before the first."),
            ),
        )

    def __str__(self):
        return f"{self.starts} – {self.ends}" if self.ends != self.starts else str(self.starts)

    def clean(self):
        """Refuse days that are already different, and a desk of another address."""
        super().clean()
        if self.desk_id and self.desk.address_id != self.address_id:
            raise ValidationError({"desk": _("This desk belongs to another address.")})
        if self.starts and self.ends and self.address_id:
            others = SpecialDay.objects.exclude(pk__in={self.pk, *self.checked_together})
            same = others.filter(address=self.address_id, desk=self.desk_id)
            if same.filter(starts__lte=self.ends, ends__gte=self.starts).exists():
                raise ValidationError({"starts": _("There are already special hours on some of these days.")})

    @property
    def periods(self):
        """The Periods of each of these days, [] where it is closed."""
        return parse_times(self.times)

    @property
    def hours_text(self):
        """The hours of each of these days in words, "" where it is closed."""
        return periods_text(self.periods)

    @property
    def exceptional(self):
        return Exceptional(self.starts, self.ends, tuple(self.periods))


class Level(models.IntegerChoices):
    """Which hours give way to which: the higher ones hold."""

    WEEKLY = 0
    WHOLE_ADDRESS = 1
    ONE_DESK = 2


class OpenPeriodQuerySet(models.QuerySet):
    """Periods, found by the clock."""

    def begun_on(self, date):
        """Those that begin on a date: weekly or special, unless something more special holds on that date."""
        special = SpecialDay.objects.filter(address=OuterRef("desk__address"), starts__lte=date, ends__gte=date)
        own, shared = special.filter(desk=OuterRef("desk")), special.filter(desk__isnull=True)
        return self.filter(
            Q(weekday=Weekday.of(date)) | Q(weekday=""),
            Q(starts__isnull=True) | Q(starts__lte=date),
            Q(ends__isnull=True) | Q(ends__gte=date),
            Q(level=Level.ONE_DESK) | ~Exists(own),
            Q(level__gte=Level.WHOLE_ADDRESS) | ~Exists(shared),
        )

    def left_on(self, now):
        """Those that begin on the day of a local datetime and are not over by then."""
        return self.begun_on(now.date()).filter(closes__gt=now.hour * 60 + now.minute)

    def open_at(self, now):
        """Those that are going on at a local datetime, also those that began yesterday."""
        minute, today = now.hour * 60 + now.minute, now.date()
        running = self.begun_on(today).filter(opens__lte=minute, closes__gt=minute)
        since_yesterday = self.begun_on(today - datetime.timedelta(days=1)).filter(
            opens__lte=minute + DAY, closes__gt=minute + DAY
        )
        return running | since_yesterday


class OpenPeriod(models.Model):
    """A period of a desk as a row, so that the database can find what is open; made anew at every save."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="open_periods")
    level = models.PositiveSmallIntegerField(choices=Level)
    weekday = models.CharField(max_length=2, choices=Weekday, blank=True)  # blank: every day from `starts` to `ends`
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    opens = models.PositiveSmallIntegerField()  # minutes after midnight, see addresses/hours.py
    closes = models.PositiveSmallIntegerField()

    objects = OpenPeriodQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["weekday", "opens", "closes"], name="openperiod_by_clock"),)
        constraints = (
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="openperiod_closes_after_it_opens"),
        )

    def __str__(self):
        return f"{self.weekday} {self.opens}-{self.closes}"


def write_open_periods(address):
    """Make the OpenPeriods of an address anew from its desks and special days."""
    OpenPeriod.objects.filter(desk__address=address).delete()
    OpenPeriod.objects.bulk_create(open_periods(address.desks.all(), address.special_days.all()))


def open_periods(desks, special_days):
    """Return the OpenPeriods, not saved, of all desks of an address and its special days."""
    # A special day tells nothing of a desk whose hours are not known, or that receives by appointment.
    weekly = [desk for desk in desks if desk.hours_kind == HoursKind.WEEKLY]
    rows = [
        OpenPeriod(
            desk=desk, level=Level.WEEKLY, weekday=day, starts=desk.starts, ends=desk.ends, opens=opens, closes=closes
        )
        for desk in weekly
        for day, periods in Week(desk.week).rows
        for opens, closes in periods
    ]
    for special in special_days:
        rows += [
            OpenPeriod(
                desk=desk,
                level=Level.ONE_DESK if special.desk_id else Level.WHOLE_ADDRESS,
                starts=special.starts,
                ends=special.ends,
                opens=opens,
                closes=closes,
            )
            for desk in weekly
            if special.desk_id in (None, desk.pk)
            for opens, closes in special.periods
        ]
    return rows
