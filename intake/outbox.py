"""The outbox: e-mails are rows in the transaction of what they tell about, and are sent afterwards.

Nobody waits for a mail server, an e-mail about something that was rolled back never leaves, and one that was being
sent when the process died is repeated once at most. Logs hold keys and the kinds of errors: never an address, never
a text, and so never an error's own words either.
"""

import datetime
import logging
import re
import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_tasks import task

from intake.models import PAUSES, MessageState, OutboxMessage, in_state

logger = logging.getLogger(__name__)

#: For how long a message belongs to whoever claimed it: longer than a server that answers slowly can take.
LEASE = datetime.timedelta(minutes=5)
SUBJECT_LENGTH = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # line breaks of all kinds among them
#: The server has answered and did not take the message; after any other error it may have taken it.
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


# --- Writing ---------------------------------------------------------------------------------------------------


def post(*, to, subject, text, purpose, language, html="", reply_to="", about=""):
    """Put an e-mail into the outbox and return its rows, one for each address: nobody sees who else got it.

    `to`: an address, or several. `subject`: one line that never holds personal data, since it is shown in lists and
    on locked screens. `purpose`: what it is for, in English through gettext_noop, shown to staff in their language.
    `about`: what it belongs to, such as "order 1234"; see `forget`.

    Raises RuntimeError outside a transaction (what the e-mail tells about must be saved with it or not at all) and
    ValidationError for an address that is none, a line break in a header, or a subject that is too long.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An e-mail is posted inside the transaction of what it tells about.")
    addresses = [to] if isinstance(to, str) else list(to)
    for address in [*addresses, reply_to] if reply_to else addresses:
        check_address(address)
    check_subject(subject)
    now = timezone.now()
    messages = [
        OutboxMessage.objects.create(
            created_at=now,
            next_try_at=now,
            to=address,
            reply_to=reply_to,
            subject=subject,
            text=text,
            html=html,
            purpose=purpose,
            language=language,
            about=about,
        )
        for address in addresses
    ]
    for message in messages:
        send_soon(message.key)
    return messages


def post_template(prefix, context, *, to, language, **more):
    """Like `post`, with subject, text and HTML made from templates in the language of whoever gets it.

    `<prefix>.subject.txt` and `<prefix>.txt` must exist, `<prefix>.html` may. `more`: the other arguments of `post`.
    """
    with override(language):
        context = {"language": language, "site_url": settings.SITE_URL, **context}
        subject = " ".join(plain_text(f"{prefix}.subject.txt", context).split())
        text = plain_text(f"{prefix}.txt", context).strip() + "\n"
        html = html_text(f"{prefix}.html", {**context, "subject": subject})
    return post(to=to, subject=subject, text=text, html=html, language=language, **more)


def post_to_staff(prefix, context, **more):
    """Like `post_template`, to those of the staff who get mail from the site (settings.STAFF_EMAIL)."""
    language = settings.LANGUAGE_CODE
    return post_template(prefix, context, to=settings.STAFF_EMAIL, language=language, **more)


def plain_text(template_name, context):
    """Render a template whose result is no HTML: an apostrophe stays one."""
    return get_template(template_name).template.render(Context(context, autoescape=False))


def html_text(template_name, context):
    """Render the HTML of an e-mail, "" where it has none."""
    try:
        template = get_template(template_name)
    except TemplateDoesNotExist:
        return ""
    return template.render(context)


def check_address(address):
    """Refuse what is no e-mail address, and so a line break that would begin a header of its own."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("This is no e-mail address."), code="address") from None


def check_subject(subject):
    """Refuse a subject that is empty, too long, or more than one line."""
    if not subject.strip() or len(subject) > SUBJECT_LENGTH or CONTROL.search(subject):
        raise ValidationError(_("A subject is one line of at most 200 characters."), code="subject")


def forget(about):
    """Delete every e-mail about something, sent or not: for whoever erases a person's data."""
    if about:
        OutboxMessage.objects.filter(about=about).delete()


# --- Sending ---------------------------------------------------------------------------------------------------


def send_soon(key):
    """Hand a message to the worker once the transaction stands; `send_due` finds it should that fail."""
    transaction.on_commit(lambda: send_message.enqueue(str(key)), robust=True)


@task()
def send_message(key):
    """Send a message now, if nobody else does and nothing speaks against it."""
    message = claim(key, timezone.now())
    if message is not None:
        deliver(message)


def send_due(now, since):
    """Send all that waits and is due, oldest first. A step of settings.DUE_STEPS.

    Where the mail server cannot be reached it stops after the first: the others have their turn in a minute.
    """
    due = OutboxMessage.objects.filter(in_state(MessageState.WAITING, now), next_try_at__lte=now)
    for key in list(due.order_by("next_try_at", "pk").values_list("key", flat=True)):
        message = claim(key, timezone.now())
        if message is not None and not deliver(message):
            return


def claim(key, now):
    """Take a message that is due for oneself, for the time of LEASE; return it, or None where it is not to be had.

    One conditional update: of two who come at once, one gets it. A claim that ran out belonged to somebody who died
    while sending: that counts as an interruption, and `in_state` allows only so many.
    """
    interrupted = Case(When(claimed_until__isnull=False, then=1), default=0)
    free = OutboxMessage.objects.filter(in_state(MessageState.WAITING, now), key=key, next_try_at__lte=now)
    if not free.update(claimed_until=now + LEASE, interruptions=F("interruptions") + interrupted):
        return None
    return OutboxMessage.objects.filter(key=key).first()


def deliver(message):
    """Send a message that was claimed, note how it went, and return whether the mail server could be reached."""
    try:
        email = make_email(message)
        email.message()  # what cannot be written down fails here, before anything has left
        connection = get_connection()
        connection.open()
    except Exception as error:
        note_failure(message, error)
        return False
    try:
        connection.send_messages([email])
    except REFUSALS as error:
        note_failure(message, error)
    except Exception as error:
        # Of other ways of sending than intake/smtp.py nobody knows; there it may always have left.
        if not getattr(connection, "handed_over", True):
            note_failure(message, error)
            return False
        note_doubt(message, error)
    else:
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now(), claimed_until=None, problem="")
        logger.info("Message %s sent", message.key)
    finally:
        close(connection)
    return True


def make_email(message):
    """Return a message as Django's e-mail, under the same Message-ID each time: a mailbox can tell a repeat."""
    host = urlsplit(settings.SITE_URL).hostname
    email = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        # The second one keeps "I am on holiday" answers away.
        headers={"Message-ID": f"<{message.key}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    return email


def note_failure(message, error):
    """Note that a message was not taken: it waits for longer each time, and is given up after the last pause."""
    failures = message.failures + 1
    problem = in_short(error)
    pause = PAUSES[min(failures, len(PAUSES)) - 1]
    # Only while the claim is ours: after it ran out somebody else may be sending.
    OutboxMessage.objects.filter(pk=message.pk, claimed_until=message.claimed_until, sent_at=None).update(
        failures=failures, claimed_until=None, next_try_at=timezone.now() + pause, problem=problem
    )
    logger.warning("Message %s not sent: %s", message.key, problem)


def note_doubt(message, error):
    """Note that nobody knows whether a message was taken; as after a kill, the claim is left to run out."""
    problem = in_short(error)
    OutboxMessage.objects.filter(pk=message.pk).update(problem=problem)
    logger.warning("Message %s perhaps not sent: %s", message.key, problem)


def in_short(error):
    """Return the kind of an error, with the server's code where it gave one; its words may hold an address."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _words in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def close(connection):
    """Say goodbye to the mail server; one that does not answer to that has done its work all the same."""
    try:
        connection.close()
    except Exception as error:
        logger.info("The mail server broke off at the end: %s", type(error).__name__)


# --- Afterwards ------------------------------------------------------------------------------------------------


def try_again(messages):
    """Send what failed, waits after a failure, or is uncertain, now and as if for the first time; return those."""
    now = timezone.now()
    again = any_of((MessageState.WAITING, MessageState.GIVEN_UP, MessageState.UNCERTAIN), now)
    as_new = {"failures": 0, "interruptions": 0, "claimed_until": None, "next_try_at": now}
    with transaction.atomic():
        tried = [message for message in messages if OutboxMessage.objects.filter(again, pk=message.pk).update(**as_new)]
        for message in tried:
            send_soon(message.key)
    return tried


def delete_old(now, since):
    """Delete what was sent, or ended otherwise, and is older than settings.OUTBOX_KEEP_DAYS. A step of DUE_STEPS."""
    ended = (MessageState.SENT, MessageState.GIVEN_UP, MessageState.UNCERTAIN)
    oldest = now - datetime.timedelta(days=settings.OUTBOX_KEEP_DAYS)
    OutboxMessage.objects.filter(any_of(ended, now), created_at__lt=oldest).delete()


def any_of(states, now):
    """The condition "an e-mail is in one of these states"."""
    condition = Q()
    for state in states:
        condition |= in_state(state, now)
    return condition
