"""Asking a service whether what we say about it is right, and taking its answer: once, and never from a mere visit."""

import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from addresses.checking import CONFIRMATION_DAYS, Confirmation, How, Result, record_check
from addresses.models import Address
from intake.outbox import post_template, post_to_staff

#: How long an answer, or a question that nobody answered, is kept.
KEPT = datetime.timedelta(days=365)


class NoLongerOpen(Exception):
    """It was answered meanwhile, or the link has expired."""


def ask(address, *, to, language, by=None):
    """Send a service the link by which it says that its address is right; return the Confirmation.

    `to`: its e-mail; `language`: that of the e-mail and of the page; `by`: who of the staff asks. Call it in a
    transaction.
    """
    now = timezone.now()
    confirmation = Confirmation.objects.create(
        address=address,
        sent_to=to,
        language=language,
        asked_at=now,
        asked_by=by,
        expires_at=now + datetime.timedelta(days=CONFIRMATION_DAYS),
    )
    post_template(
        "addresses/mail/confirmation",
        {
            "address": as_asked(address.pk),
            "confirmation": confirmation,
            "days": CONFIRMATION_DAYS,
            "link": link_of(confirmation),
        },
        to=to,
        language=language,
        purpose=gettext_noop("A service is asked whether its address is right"),
        about=about(confirmation),
        reply_to=settings.STAFF_EMAIL[0],
    )
    return confirmation


def link_of(confirmation):
    """Return the whole address of the page on which the service answers."""
    with override(confirmation.language):
        return settings.SITE_URL + reverse("addresses:confirm", kwargs={"token": confirmation.token})


def about(confirmation):
    """Return what the outbox calls the e-mails of a confirmation."""
    return f"addresses.confirmation:{confirmation.pk}"


def as_asked(pk):
    """Return an address with what readers see of it; where no text of it is public, with those that staff wrote.

    `readers_see_it` tells which of the two.
    """
    address = Address.objects.with_relations().with_public_texts().prefetch_related("translations").get(pk=pk)
    address.readers_see_it = bool(address.public_translations)
    if not address.readers_see_it:
        address.public_translations = list(address.translations.all())
    return address


def say_right(confirmation):
    """Take the answer "everything is right", which is a check; call it in a transaction.

    NoLongerOpen where it cannot be answered any more.
    """
    now = timezone.now()
    _answer(confirmation, now)
    record_check(confirmation.address, how=How.CONFIRMATION, result=Result.RIGHT, now=now)


def propose(confirmation, *, proposed, remark, language):
    """Take the answer "this should change" and tell staff, who decide about it; call it in a transaction.

    `proposed`: {name: new value}, see Confirmation; `language`: that in which the service wrote. NoLongerOpen where
    it cannot be answered any more.
    """
    _answer(confirmation, timezone.now(), proposed=proposed, remark=remark, language=language)
    post_to_staff(
        "addresses/mail/proposal",
        {
            "confirmation": confirmation,
            "address": confirmation.address,
            "count": len(set(proposed) - {"commune_nis"}),
            "remark": remark,
        },
        purpose=gettext_noop("A service proposes changes to its address"),
        about=about(confirmation),
        reply_to=confirmation.sent_to,
    )


def _answer(confirmation, now, **columns):
    """Note an answer: one conditional update, whose row count tells which of two answers came first."""
    still_open = Confirmation.objects.filter(pk=confirmation.pk, answered_at__isnull=True, expires_at__gt=now)
    if not still_open.update(answered_at=now, **columns):
        raise NoLongerOpen


def forget_old(now, since):
    """Delete what a year ago was answered or ran out. A step of settings.DUE_STEPS."""
    oldest = now - KEPT
    over = Q(answered_at__lt=oldest) | Q(answered_at__isnull=True, expires_at__lt=oldest)
    Confirmation.objects.filter(over).delete()
