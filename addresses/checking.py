"""Whether an address still holds: checks by staff, errors that readers report, confirmations by the service itself."""

import uuid

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content.kept_pages import note_change
from content.partial_dates import day_text, months_later

#: Where no category says how often: half a year.
CHECK_MONTHS = 6


class How(models.TextChoices):
    """How somebody checked."""

    CALL = "call", _("phone call")
    VISIT = "visit", _("visit")
    MAIL = "mail", _("e-mail or letter")
    WEBSITE = "website", _("its website")
    CONFIRMATION = "confirmation", _("confirmed by the service itself")


class Result(models.TextChoices):
    """What a check found."""

    RIGHT = "right", _("everything is right")
    CORRECTED = "corrected", _("corrected, now right")
    WRONG = "wrong", _("something is wrong, to be corrected")
    CLOSED = "closed", _("it no longer exists")
    UNREACHABLE = "unreachable", _("nobody could be reached")


#: What tells that an address holds, and what tells that it does not. "Unreachable" tells neither.
CONFIRMING = (Result.RIGHT, Result.CORRECTED)
DOUBTING = (Result.WRONG, Result.CLOSED)


class Check(models.Model):
    """Somebody looked whether an address is right; saving the address is no check."""

    address = models.ForeignKey("addresses.Address", models.CASCADE, related_name="checks", verbose_name=_("address"))
    made_at = models.DateTimeField(_("when"), default=timezone.now)
    how = models.CharField(_("how"), max_length=20, choices=How)
    result = models.CharField(_("result"), max_length=20, choices=Result)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", verbose_name=_("by"), null=True, blank=True
    )
    note = models.CharField(_("note for colleagues"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ("-made_at", "-pk")
        default_permissions = ("add", "view")
        indexes = (models.Index(fields=["address", "result", "made_at"], name="check_latest_of_address"),)

    def __str__(self):
        return f"{self.get_how_display()}: {self.get_result_display()}"


class Report(models.Model):
    """Something that a reader says is wrong with an address; it waits until staff have dealt with it."""

    class What(models.TextChoices):
        """What is wrong."""

        GONE = "gone", _("It is not there any more, or it has moved")
        HOURS = "hours", _("The opening hours are wrong")
        CONTACT = "contact", _("The phone number or e-mail is wrong")
        REFUSED = "refused", _("I was not received")
        OTHER = "other", _("Something else")

    address = models.ForeignKey("addresses.Address", models.CASCADE, related_name="reports", verbose_name=_("address"))
    what = models.CharField(_("what is wrong"), max_length=20, choices=What)
    message = models.CharField(_("in your words"), max_length=1000, blank=True)
    contact = models.EmailField(_("your e-mail"), blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, editable=False
    )

    class Meta:
        verbose_name = _("reported error")
        verbose_name_plural = _("reported errors")
        ordering = ("-sent_at", "-pk")
        default_permissions = ("view", "change", "delete")
        indexes = (models.Index(fields=["address", "settled_at"], name="report_open_of_address"),)

    def __str__(self):
        # Nothing that a reader wrote: this stands in the admin's log.
        return f"{self.get_what_display()} ({timezone.localtime(self.sent_at):%Y-%m-%d})"


class CheckState(models.TextChoices):
    """What readers are told of an address; always derived."""

    FRESH = "fresh", _("checked")
    DUE = "due", _("not checked for a long time")
    NEVER = "never", _("not checked yet")
    DOUBTED = "doubted", _("reported wrong")

    @classmethod
    def of(cls, confirmed_at, doubted_at, months, now=None):
        """Return the state at `now` of an address `with_checks()`: a doubt that nobody has lifted comes first."""
        if doubted_at is not None:
            return cls.DOUBTED
        if confirmed_at is None:
            return cls.NEVER
        due = months_later(timezone.localdate(confirmed_at), months or CHECK_MONTHS)
        return cls.DUE if due <= timezone.localdate(now or timezone.now()) else cls.FRESH

    @classmethod
    def next_check(cls, confirmed_at, doubted_at, months, now=None):
        """Return the date on which the next check is due."""
        if cls.of(confirmed_at, doubted_at, months, now) in (cls.NEVER, cls.DOUBTED):
            return timezone.localdate(now or timezone.now())
        return months_later(timezone.localdate(confirmed_at), months or CHECK_MONTHS)


def ago(moment, now=None):
    """Say how long ago something was, in the words of a conversation: "today", "3 weeks ago", "8 months ago"."""
    days = (timezone.localdate(now or timezone.now()) - timezone.localdate(moment)).days
    if days <= 0:
        return str(_("today"))
    if days == 1:
        return str(_("yesterday"))
    if days < 14:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if days < 60:
        return ngettext("%(n)d week ago", "%(n)d weeks ago", days // 7) % {"n": days // 7}
    if days < 730:
        months = max(days * 12 // 365, 2)  # the day after "8 weeks ago" is not "1 month ago"
        return ngettext("%(n)d month ago", "%(n)d months ago", months) % {"n": months}
    return ngettext("%(n)d year ago", "%(n)d years ago", days // 365) % {"n": days // 365}


def advice(can_call, can_write, has_website):
    """Return how a reader can ask before going, as the end of a sentence; "" where there is no way to."""
    if can_call:
        return str(_("call before you go"))
    if can_write and has_website:
        return str(_("write or look at the website before you go"))
    if can_write:
        return str(_("write before you go"))
    return str(_("look at the website before you go")) if has_website else ""


def checked_text(state, confirmed_at, before_going, now=None):
    """Say to readers when somebody last found an address right, and where that is doubtful the `advice`."""
    if state == CheckState.FRESH:
        return str(capfirst(_("checked %(ago)s") % {"ago": ago(confirmed_at, now)}))
    if state == CheckState.DOUBTED:
        words = str(_("Reported wrong, being checked"))
    else:
        words = _not_checked_for(confirmed_at, now) if state == CheckState.DUE else str(_("Not checked yet"))
    return _("%(words)s: %(advice)s") % {"words": words, "advice": before_going} if before_going else words


def doubt_text(doubted_at, reported_at, confirmed_at, before_going):
    """Say who doubts an address since when, what to do, and when it was last found right."""
    if reported_at == doubted_at:
        doubt = _("Somebody reported an error on %(date)s.")
    else:
        doubt = _("We found an error on %(date)s. It is not corrected yet.")
    sentences = [doubt % {"date": day_text(timezone.localdate(doubted_at))}]
    if before_going:
        sentences.append(f"{capfirst(before_going)}.")
    if confirmed_at:
        sentences.append(_("Last check: %(date)s.") % {"date": day_text(timezone.localdate(confirmed_at))})
    return " ".join(sentences)


def _not_checked_for(confirmed_at, now):
    days = (timezone.localdate(now or timezone.now()) - timezone.localdate(confirmed_at)).days
    if days < 730:
        months = max(days * 12 // 365, 1)
        return ngettext("Not checked for %(n)d month", "Not checked for %(n)d months", months) % {"n": months}
    return ngettext("Not checked for %(n)d year", "Not checked for %(n)d years", days // 365) % {"n": days // 365}


def closing_checks():
    """Return the checks that found an address gone, and hold: no later one found anything else about it."""
    same = Q(address=OuterRef("address"), result__in=(*CONFIRMING, *DOUBTING))
    later = Q(made_at__gt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), pk__gt=OuterRef("pk"))
    decisive = Check.objects.filter(same, later).order_by()
    return Check.objects.filter(~Exists(decisive), result=Result.CLOSED).order_by()


def record_check(address, *, how, result, by=None, note="", now=None):
    """Write down a check and what follows from it: one that confirms or doubts settles what readers reported before.

    Not so a confirmation: a service does not settle what readers say about it. Returns the Check. Readers see it at
    once (`note_change`). Call it in a transaction.
    """
    now = now or timezone.now()
    check = Check.objects.create(address=address, made_at=now, how=how, result=result, made_by=by, note=note)
    if how != How.CONFIRMATION and result in (*CONFIRMING, *DOUBTING):
        address.reports.filter(settled_at__isnull=True, sent_at__lte=now).update(settled_at=now, settled_by=by)
    note_change()
    return check


def undo_check(check):
    """Delete a check that was a slip, and let the reports that it settled wait again. Call it in a transaction."""
    settled = Report.objects.filter(address=check.address_id, settled_at=check.made_at, settled_by=check.made_by_id)
    settled.update(settled_at=None, settled_by=None)
    check.delete()
    note_change()


# --- Asking the service itself -----------------------------------------------------------------------------------

CONFIRMATION_DAYS = 30
SALT = "addresses.confirmation"


class Confirmation(models.Model):
    """A service was asked whether its address is right; it answers once, through a signed link that expires."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.ForeignKey(
        "addresses.Address", models.CASCADE, related_name="confirmations", verbose_name=_("address")
    )
    sent_to = models.EmailField(_("sent to"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    # What the service proposes, {name of the field: new value}; {}: everything is right.
    proposed = models.JSONField(_("proposed changes"), default=dict)
    remark = models.CharField(_("remark"), max_length=1000, blank=True)
    # The proposals that staff have accepted or refused, by name.
    accepted = models.JSONField(default=list)
    refused = models.JSONField(default=list)

    class Meta:
        verbose_name = _("confirmation by the service")
        verbose_name_plural = _("confirmations by the services")
        ordering = ("-asked_at", "-pk")
        default_permissions = ("add", "view", "change")

    def __str__(self):
        return f"{self.address} ({timezone.localtime(self.asked_at):%Y-%m-%d})"

    @property
    def token(self):
        """The part of the link that only its receiver knows."""
        return signing.Signer(salt=SALT).sign_object(str(self.key))

    @staticmethod
    def key_of(token):
        """Return the key that a link carries, None for a link that was not made by us."""
        try:
            return uuid.UUID(signing.Signer(salt=SALT).unsign_object(token))
        except signing.BadSignature:
            return None

    @classmethod
    def of_token(cls, token):
        """Return the Confirmation of a link, None where it is no longer there, or the link was not made by us."""
        key = cls.key_of(token)
        return key and cls.objects.filter(key=key).first()

    @property
    def is_open(self):
        """Whether it can still be answered."""
        return self.answered_at is None and timezone.now() < self.expires_at

    @property
    def waiting(self):
        """The proposals that nobody has decided on yet: {name: value}."""
        decided = {*self.accepted, *self.refused}
        return {name: value for name, value in self.proposed.items() if name not in decided}
