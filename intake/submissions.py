"""The same form sent twice, by a double tap, a reload or two workers at once, is one submission."""

import contextlib
import datetime

from django.db import transaction

from intake.forms import LONGEST
from intake.models import Submission

#: Longer than a form may be open.
KEPT = datetime.timedelta(days=2)


class AnotherContent(Exception):
    """A form that was sent already came back with something else in it: a second thing that somebody wants to say."""


@contextlib.contextmanager
def once(key, form, fingerprint):
    """Do something once for a form: the first to come gets a Submission with `is_first`, all others that same one.

    In a transaction of its own together with what is done inside, so that both stand or neither does; whoever comes
    at the same moment waits for its end. Write into `submission.result` what the others are to be told.

        with once(key, "report", fingerprint) as submission:
            if submission.is_first:
                submission.result = save_the_report()

    Raises AnotherContent where the key is known with another `fingerprint`.
    """
    with transaction.atomic():
        submission, submission.is_first = _get_or_create(key, form, fingerprint)
        if submission.fingerprint != fingerprint:
            raise AnotherContent
        yield submission
        if submission.is_first:
            submission.save(update_fields=["result"])


def was_sent(form, submission):
    """Whether a Submission is of this very form, sent before with the same content and not too long ago."""
    ticket = form.ticket
    return (
        ticket is not None
        and ticket.age <= LONGEST
        and (submission.key, submission.form) == (ticket.key, form.form_name)
        and submission.fingerprint == form.fingerprint()
    )


def _get_or_create(key, form, fingerprint):
    return Submission.objects.get_or_create(key=key, defaults={"form": form, "fingerprint": fingerprint})


def delete_old(now, since):
    """Delete the submissions whose form can no longer be sent. A step of settings.DUE_STEPS."""
    Submission.objects.filter(created_at__lt=now - KEPT).delete()
