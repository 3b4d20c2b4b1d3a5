"""What readers say is wrong with an address: kept for staff, who are told once, and seen by other readers at once."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from addresses.checking import Report
from addresses.models import Address
from content.kept_pages import note_change
from intake.outbox import forget, post_to_staff

#: How long after it was settled a report is kept, and how long the address of whoever sent it.
KEPT = datetime.timedelta(days=365)
CONTACT_KEPT = datetime.timedelta(days=30)
#: How long after it was sent that address is kept at most, settled or not.
CONTACT_KEPT_WAITING = datetime.timedelta(days=90)


def report_error(address, *, what, language, message="", contact=""):
    """Keep what a reader says is wrong with an address and return the Report; call it in a transaction.

    What waits already in the same words is not kept a second time, unless somebody else can be asked about it. Staff
    get an e-mail about the first report that waits; those that join it are in their queue. Address.DoesNotExist where
    the address was deleted meanwhile.
    """
    # Whoever reports on this address at the same moment waits here.
    Address.objects.select_for_update().get(pk=address.pk)
    waiting = Report.objects.filter(address=address, settled_at__isnull=True)
    same = waiting.filter(what=what, message=message)
    if contact:
        same = same.filter(contact__in=["", contact])
    # Who can be asked already comes first.
    if found := same.order_by("-contact", "pk").first():
        return _with_contact(found, contact)
    is_first = not waiting.exists()
    words = {"what": what, "message": message, "contact": contact, "language": language}
    report = Report.objects.create(address=address, sent_at=timezone.now(), **words)
    note_change()
    if is_first:
        tell_staff(report)
    return report


def _with_contact(report, contact):
    """Keep how to reach somebody who says what a report says, where nobody could be asked so far."""
    if contact and not report.contact:
        report.contact = contact
        report.save(update_fields=["contact"])
    return report


def tell_staff(report):
    """Post the e-mail about a report; an answer to it goes to the reader who wants one."""
    post_to_staff(
        "addresses/mail/report",
        {"report": report, "address": report.address},
        purpose=gettext_noop("A reader reports an error in an address"),
        about=about(report),
        reply_to=report.contact,
    )


def about(report):
    """Return what the outbox calls the e-mails of a report."""
    return f"addresses.report:{report.pk}"


def forget_emails(reports):
    """Delete the e-mails about reports: they hold the reader's words and address too."""
    for report in reports:
        forget(about(report))


def forget_old(now, since):
    """Forget who sent a report, a while after it was settled or sent, and later the report. A step of DUE_STEPS."""
    over = Report.objects.filter(settled_at__lt=now - KEPT)
    is_late = Q(settled_at__lt=now - CONTACT_KEPT) | Q(sent_at__lt=now - CONTACT_KEPT_WAITING)
    with_contact = Report.objects.filter(is_late).exclude(contact="")
    with transaction.atomic():
        forget_emails(over | with_contact)
        over.delete()
        with_contact.update(contact="")
