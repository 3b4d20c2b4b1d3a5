"""What readers send us, and the e-mails that follow: the outbox, forms already sent, how often somebody tried."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

#: How long to wait after the first failure, the second…; after the last of them nothing more is tried.
PAUSES = tuple(
    datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60, 24 * 60)
)
#: How often an e-mail is sent again of which nobody knows whether it left: a reader may get it twice, never thrice.
REPEATS = 1


class MessageState(models.TextChoices):
    """Where an e-mail stands; derived from its columns and the clock, never stored."""

    WAITING = "waiting", _("waits")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    GIVEN_UP = "given_up", _("given up")
    UNCERTAIN = "uncertain", _("perhaps sent, look at it")


def in_state(state, now=None):
    """The condition "an e-mail is in this state"."""
    now = now or timezone.now()
    unsent = Q(sent_at__isnull=True)
    held = Q(claimed_until__isnull=False, claimed_until__gt=now)
    # Somebody began to send it and never told how that ended.
    interrupted = Q(claimed_until__isnull=False, claimed_until__lte=now)
    uncertain = interrupted & Q(interruptions__gte=REPEATS)
    given_up = Q(claimed_until__isnull=True, failures__gt=len(PAUSES))
    return {
        MessageState.SENT: ~unsent,
        MessageState.SENDING: unsent & held,
        MessageState.UNCERTAIN: unsent & uncertain,
        MessageState.GIVEN_UP: unsent & given_up,
        MessageState.WAITING: unsent & ~held & ~uncertain & ~given_up,
    }[MessageState(state)]


class OutboxMessage(models.Model):
    """An e-mail to one address: waiting, sent, or in trouble."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=100, help_text=_("What it is for, without anybody’s name."))
    about = models.CharField(max_length=100, blank=True, db_index=True)
    language = models.CharField(_("language"), max_length=12)
    to = models.CharField(_("to"), max_length=320)
    reply_to = models.CharField(_("answers go to"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)

    created_at = models.DateTimeField(_("written"))
    next_try_at = models.DateTimeField(_("next try"), db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    interruptions = models.PositiveSmallIntegerField(_("interrupted tries"), default=0)
    problem = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ("-created_at", "-pk")
        # Who may view sees what was sent when and why; to read it, and to whom it went, is a right of its own.
        default_permissions = ("view", "read", "retry")
        constraints = (
            models.CheckConstraint(
                condition=~Q(to__contains="\n") & ~Q(reply_to__contains="\n") & ~Q(subject__contains="\n"),
                name="outboxmessage_headers_on_one_line",
            ),
        )

    def __str__(self):
        # Stands in the log of the admin, so: nobody's name, nobody's address.
        return f"{gettext(self.purpose)}, {date_format(timezone.localtime(self.created_at), 'SHORT_DATETIME_FORMAT')}"

    def state_at(self, now):
        """Return the MessageState that the columns give at `now`; says the same as `in_state`."""
        if self.sent_at:
            return MessageState.SENT
        if self.claimed_until and self.claimed_until > now:
            return MessageState.SENDING
        if self.claimed_until and self.interruptions >= REPEATS:
            return MessageState.UNCERTAIN
        if not self.claimed_until and self.failures > len(PAUSES):
            return MessageState.GIVEN_UP
        return MessageState.WAITING

    @property
    def state(self):
        """The MessageState now."""
        return self.state_at(timezone.now())

    @property
    def state_text(self):
        """The state in words, with what staff need to know about it."""
        state = self.state
        if state == MessageState.SENT:
            return gettext("sent on %(when)s") % {"when": in_words(self.sent_at)}
        if state == MessageState.GIVEN_UP:
            return ngettext("given up after %(count)s try", "given up after %(count)s tries", self.failures) % {
                "count": self.failures
            }
        if state == MessageState.WAITING and self.failures:
            return gettext("failed, next try on %(when)s") % {"when": in_words(self.next_try_at)}
        if state == MessageState.UNCERTAIN:
            return gettext("interrupted twice: it may have arrived, ask before you send it again")
        return str(state.label)


def in_words(moment):
    """Return a moment in Brussels time, in the reader's language."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


class Submission(models.Model):
    """A form that was sent, so that the same form sent again is not a second one."""

    key = models.UUIDField(unique=True)
    form = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    result = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.form} {self.key}"


class RateWindow(models.Model):
    """How often somebody did something within a stretch of time."""

    scope = models.CharField(max_length=100)
    who = models.CharField(max_length=64)
    window_start = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["scope", "who", "window_start"], name="ratewindow_one_count_per_window"),
        )

    def __str__(self):
        return f"{self.scope}: {self.count}"
