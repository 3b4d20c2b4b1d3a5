"""E-mails: written with what they tell about, sent afterwards, tried again patiently, and never sent three times."""

import contextlib
import datetime
import logging
import smtplib
import socket
import threading

import pytest
from django import forms
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend as KeepingBackend
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from intake import outbox
from intake.models import PAUSES, MessageState, OutboxMessage, in_state
from intake.outbox import LEASE, delete_old, forget, post, post_template, post_to_staff, send_due, send_message
from tests.intake.crowd import at_once
from tests.intake.mail_server import mail_server

pytestmark = pytest.mark.django_db

SECRET = "somebody.private@example.org"
LETTER = {"subject": "Your letter", "text": "We have it.\n", "purpose": "Thanks for a letter", "language": "fr"}


def write(**given):
    """Post an e-mail and return its row."""
    with transaction.atomic():
        (message,) = post(**{"to": SECRET, **LETTER, **given})
    return message


def again(message):
    return OutboxMessage.objects.get(pk=message.pk)


class Backend(KeepingBackend):
    """Keeps the e-mails as the tests' own backend does, and raises `error` before or after."""

    opening = before = after = None

    def open(self):
        if self.opening:
            raise self.opening

    def send_messages(self, messages):
        if self.before:
            raise self.before
        super().send_messages(messages)
        if self.after:
            raise self.after


@pytest.fixture
def backend(settings, monkeypatch):
    """The class of the mail backend in use; a test sets on it what goes wrong."""
    settings.EMAIL_BACKEND = "tests.intake.test_outbox.Backend"
    used = type("Used", (Backend,), {})
    monkeypatch.setattr(outbox, "get_connection", lambda: used())
    return used


@pytest.fixture
def server(settings):
    """A real mail server, spoken to as in production."""
    settings.EMAIL_BACKEND = "intake.smtp.EmailBackend"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server


# --- Writing ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_email_without_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        post(to=SECRET, **LETTER)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_sends_nothing(clock):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(to=SECRET, **LETTER)
        raise ZeroDivisionError
    send_due(clock.now, None)
    assert mail.outbox == []
    assert not OutboxMessage.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_gets_a_task_once_the_transaction_stands():
    with transaction.atomic():
        (message,) = post(to=SECRET, **LETTER)
        assert not DBTaskResult.objects.exists()
    task = DBTaskResult.objects.get()
    assert task.args_kwargs == {"args": [str(message.key)], "kwargs": {}}
    send_message.call(*task.args_kwargs["args"])
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == ([SECRET], "Your letter", "We have it.\n")
    assert again(message).state == MessageState.SENT


@pytest.mark.django_db(transaction=True)
def test_a_reader_is_served_even_when_no_task_can_be_queued(monkeypatch, clock):
    def full(*args):
        raise OSError("no space left on device")

    monkeypatch.setattr(type(send_message), "enqueue", full)
    message = write()
    send_due(clock.now, None)
    assert again(message).state == MessageState.SENT


def test_each_address_gets_an_email_of_its_own(clock):
    with transaction.atomic():
        messages = post(to=["a@example.org", "b@example.org"], **LETTER)
    send_due(clock.now, None)
    assert [sent.recipients() for sent in mail.outbox] == [["a@example.org"], ["b@example.org"]]
    assert len({message.key for message in messages}) == 2


@pytest.mark.parametrize("address", ["", "nobody", "a@example.org\nBcc: b@example.org", "a@b@c", "A <a@example.org>"])
def test_what_is_no_address_is_refused_without_being_repeated(address):
    for given in ({"to": address}, {"to": ["a@example.org", address]}, {"to": SECRET, "reply_to": address}):
        if given.get("reply_to") == "":
            continue
        with pytest.raises(ValidationError) as refused:
            write(**given)
        assert refused.value.code == "address"
        assert "example.org" not in str(refused.value)
    assert not OutboxMessage.objects.exists()


def test_the_longest_address_that_forms_take_is_taken_here_too():
    address = f"{'a' * 308}@example.org"
    assert forms.EmailField().clean(address) == address
    assert again(write(to=address, reply_to=address)).to == address
    with pytest.raises(ValidationError):
        forms.EmailField().clean(f"a{address}")


@pytest.mark.parametrize(
    "subject", ["", " ", "Hello\nBcc: b@example.org", "Hello\r\nX: y", "Hello\x0bX: y", "Hello\u2028X: y", "x" * 201]
)
def test_a_subject_that_is_more_than_one_line_is_refused(subject):
    with pytest.raises(ValidationError):
        write(subject=subject)


def test_a_subject_may_have_the_spaces_of_french(clock):
    write(subject="Votre lettre\u202f: «\u00a0merci\u00a0»")
    send_due(clock.now, None)
    assert mail.outbox[0].subject == "Votre lettre\u202f: «\u00a0merci\u00a0»"


def test_the_database_too_refuses_a_line_break_in_a_header():
    message = write()
    for column in ("to", "reply_to", "subject"):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutboxMessage.objects.filter(pk=message.pk).update(**{column: "a\nBcc: b@example.org"})


@pytest.mark.parametrize(("language", "word"), [("fr", "Publications"), ("nl", "Publicaties")])
def test_an_email_is_written_in_the_language_of_whoever_gets_it(language, word, clock):
    with transaction.atomic():
        post_template(
            "letters/thanks",
            {"name": "L’Été & <Co>"},
            to=SECRET,
            language=language,
            purpose="Thanks",
            reply_to="desk@example.org",
        )
    send_due(clock.now, None)
    (sent,) = mail.outbox
    assert sent.subject == f"{word}: L’association"
    assert sent.body == f"{word} & L’Été & <Co>\n"
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    assert f'<html lang="{language}">' in html
    assert "<p>L’Été &amp; &lt;Co&gt;</p>" in html
    assert sent.reply_to == ["desk@example.org"]


def test_mail_to_staff_goes_to_each_of_them_and_may_be_text_only(settings, clock):
    settings.STAFF_EMAIL = ["a@example.org", "b@example.org"]
    with transaction.atomic():
        post_to_staff("letters/plain", {"words": "It’s wrong"}, purpose="A letter")
    send_due(clock.now, None)
    assert [(sent.to, sent.body, sent.alternatives) for sent in mail.outbox] == [
        (["a@example.org"], "It’s wrong\n", []),
        (["b@example.org"], "It’s wrong\n", []),
    ]


# --- The mail server ------------------------------------------------------------------------------------------


def test_a_mail_server_takes_it_under_a_name_that_stays(server, clock, settings):
    settings.SITE_URL = "https://www.example.org:8443"
    message = write(html="<p>We have it.</p>")
    send_due(clock.now, None)
    (taken,) = server.taken
    assert f"Message-ID: <{message.key}@www.example.org>" in taken
    assert "Auto-Submitted: auto-generated" in taken
    assert "<p>We have it.</p>" in taken
    assert again(message).state == MessageState.SENT


def test_with_the_mail_server_down_messages_wait(settings, clock):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "intake.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        message = write()
        send_due(clock.now, None)
    message = again(message)
    assert message.state == MessageState.WAITING
    assert (message.failures, message.problem) == (1, "ConnectionRefusedError")


def test_when_the_server_cannot_be_reached_the_others_are_not_tried_in_vain(backend, clock):
    messages = [write() for _time in range(3)]
    backend.opening = ConnectionRefusedError()
    send_due(clock.now, None)
    assert [again(message).failures for message in messages] == [1, 0, 0]


def test_one_refused_address_does_not_hold_up_the_others(server, clock):
    server.answers["RCPT"] = f"550 {SECRET} is unknown here"
    refused = write()
    send_due(clock.now, None)
    server.answers.clear()
    clock.forward(seconds=1)
    other = write(to="other@example.org")
    send_due(clock.now, None)
    refused = again(refused)
    assert (refused.state, refused.failures, refused.problem) == (MessageState.WAITING, 1, "SMTPRecipientsRefused 550")
    assert again(other).state == MessageState.SENT
    assert server.taken == [taken for taken in server.taken if "To: other@example.org" in taken]


@pytest.mark.parametrize(("verb", "problem"), [("MAIL", "SMTPSenderRefused 451"), ("DATA", "SMTPDataError 451")])
def test_a_server_that_is_busy_is_tried_again(server, clock, verb, problem):
    server.answers[verb] = "451 later"
    message = write()
    send_due(clock.now, None)
    message = again(message)
    assert (message.failures, message.interruptions, message.problem) == (1, 0, problem)
    server.answers.clear()
    clock.forward(minutes=1)
    send_due(clock.now, None)
    assert again(message).state == MessageState.SENT


@pytest.mark.parametrize("moment", ["greeting", "EHLO", "MAIL", "RCPT"])
def test_a_server_that_breaks_off_before_it_has_anything_is_a_failure(server, clock, moment):
    server.breaks_off_at = moment
    message = write()
    send_due(clock.now, None)
    assert (again(message).failures, again(message).interruptions, again(message).claimed_until) == (1, 0, None)


def test_a_server_that_says_nothing_any_more_holds_up_one_message_at_a_time(server, clock, settings):
    settings.EMAIL_TIMEOUT = 0.2
    server.falls_silent_at = "MAIL"
    messages = [write() for _time in range(3)]
    send_due(clock.now, None)
    assert [again(message).problem for message in messages] == ["SMTPServerDisconnected", "", ""]


def test_a_server_that_takes_it_and_breaks_off_gets_it_twice_at_most(server, clock):
    server.breaks_off_at = "DATA"
    message = write()
    for _time in range(5):
        send_due(clock.now, None)
        clock.forward(days=1)
    assert len(server.taken) == 2
    assert again(message).state == MessageState.UNCERTAIN


def test_each_failure_is_followed_by_a_longer_pause_until_it_is_given_up(backend, clock):
    backend.before = smtplib.SMTPDataError(451, "later")
    message = write()
    pauses = []
    while (message := again(message)).state == MessageState.WAITING:
        clock.now = message.next_try_at - datetime.timedelta(seconds=1)
        send_due(clock.now, None)
        assert again(message).failures == message.failures, "not a second too soon"
        clock.forward(seconds=1)
        send_due(clock.now, None)
        assert again(message).failures == message.failures + 1
        pauses.append(again(message).next_try_at - clock.now)
    assert pauses[:-1] == list(PAUSES)
    assert pauses[:3] == [datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15)]
    assert pauses == sorted(pauses)
    assert message.state == MessageState.GIVEN_UP
    backend.before = None
    clock.forward(days=10)
    send_due(clock.now, None)
    assert mail.outbox == []


def test_a_text_that_cannot_be_written_down_is_no_reason_to_stop(clock):
    bad = write()
    OutboxMessage.objects.filter(pk=bad.pk).update(subject="Line\rbreak")
    send_due(clock.now, None)
    assert (again(bad).failures, again(bad).problem) == (1, "BadHeaderError")
    assert mail.outbox == []


# --- Killed while sending --------------------------------------------------------------------------------------


def test_killed_before_the_server_has_it_the_message_is_sent_again(backend, clock):
    message = write()
    backend.before = SystemExit()
    with pytest.raises(SystemExit):
        send_message.call(str(message.key))
    assert again(message).state == MessageState.SENDING
    backend.before = None
    send_due(clock.now, None)
    assert mail.outbox == [], "it may still be under way"
    clock.forward(minutes=5)
    send_due(clock.now, None)
    assert len(mail.outbox) == 1
    assert again(message).state == MessageState.SENT


def test_killed_each_time_the_message_is_repeated_once_and_then_left_to_staff(backend, clock):
    message = write()
    backend.after = SystemExit()
    for state in (MessageState.SENDING, MessageState.SENDING):
        with pytest.raises(SystemExit):
            send_due(clock.now, None)
        assert again(message).state == state
        clock.now += LEASE
    assert again(message).state == MessageState.UNCERTAIN
    backend.after = None
    for _day in range(10):
        send_due(clock.now, None)
        clock.forward(days=1)
    assert len(mail.outbox) == 2
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_failure_between_two_kills_allows_no_third_sending(backend, clock):
    message = write()
    for before, after in ((None, SystemExit()), (smtplib.SMTPDataError(451, "later"), None), (None, SystemExit())):
        backend.before, backend.after = before, after
        with contextlib.suppress(SystemExit):
            send_due(clock.now, None)
        clock.forward(hours=1)
    backend.before = backend.after = None
    send_due(clock.now, None)
    assert len(mail.outbox) == 2
    assert again(message).state == MessageState.UNCERTAIN


def test_who_ends_late_still_notes_that_it_was_sent(backend, clock, monkeypatch):
    message = write()

    def slow(self, messages):
        KeepingBackend.send_messages(self, messages)
        clock.now += LEASE + datetime.timedelta(seconds=1)

    monkeypatch.setattr(backend, "send_messages", slow)
    send_due(clock.now, None)
    assert again(message).state == MessageState.SENT


def test_who_fails_late_does_not_take_the_message_from_the_next(backend, clock, monkeypatch):
    message = write()

    def slow(self, messages):
        clock.now += LEASE + datetime.timedelta(seconds=1)
        assert outbox.claim(message.key, clock.now), "another worker"
        raise smtplib.SMTPDataError(451, "later")

    monkeypatch.setattr(backend, "send_messages", slow)
    send_due(clock.now, None)
    message = again(message)
    assert (message.state, message.failures, message.interruptions) == (MessageState.SENDING, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends_it(backend, monkeypatch):
    message = write()
    sent = []
    monkeypatch.setattr(backend, "send_messages", lambda self, messages: sent.append(threading.get_ident()))
    assert at_once(lambda: send_message.call(str(message.key)), 6) == [None] * 6
    assert len(sent) == 1
    assert again(message).state == MessageState.SENT


# --- Afterwards ------------------------------------------------------------------------------------------------


def test_every_state_is_found_by_its_condition(clock):
    hour = datetime.timedelta(hours=1)
    columns = {
        "new": {},
        "failed": {"failures": len(PAUSES)},
        "first claim ran out": {"claimed_until": clock.now},
        "being sent": {"claimed_until": clock.now + hour},
        "being sent again": {"claimed_until": clock.now + hour, "interruptions": 1},
        "second claim ran out": {"claimed_until": clock.now - hour, "interruptions": 1},
        "given up": {"failures": len(PAUSES) + 1},
        "sent": {"sent_at": clock.now, "failures": 3, "interruptions": 1},
    }
    names = {}
    for name, values in columns.items():
        message = write()
        OutboxMessage.objects.filter(pk=message.pk).update(**values)
        names[message.pk] = name
    found = {
        state: {names[pk] for pk in OutboxMessage.objects.filter(in_state(state)).values_list("pk", flat=True)}
        for state in MessageState
    }
    assert found == {
        MessageState.WAITING: {"new", "failed", "first claim ran out"},
        MessageState.SENDING: {"being sent", "being sent again"},
        MessageState.SENT: {"sent"},
        MessageState.GIVEN_UP: {"given up"},
        MessageState.UNCERTAIN: {"second claim ran out"},
    }
    for message in OutboxMessage.objects.all():
        assert names[message.pk] in found[message.state]


def test_what_ended_a_month_ago_is_deleted_and_what_waits_is_kept(clock, settings):
    settings.OUTBOX_KEEP_DAYS = 30
    sent, given_up, _waiting, fresh = (write(to=f"{name}@example.org") for name in ("a", "b", "c", "d"))
    OutboxMessage.objects.filter(pk__in=[sent.pk, fresh.pk]).update(sent_at=clock.now)
    OutboxMessage.objects.filter(pk=given_up.pk).update(failures=99)
    OutboxMessage.objects.exclude(pk=fresh.pk).update(created_at=clock.now - datetime.timedelta(days=30, seconds=1))
    delete_old(clock.now, None)
    assert set(OutboxMessage.objects.values_list("to", flat=True)) == {"c@example.org", "d@example.org"}


def test_all_that_was_written_about_something_can_be_forgotten():
    kept = write(about="order 2")
    write(about="order 1")
    write(about="order 1")
    other = write()
    forget("order 1")
    forget("")
    assert set(OutboxMessage.objects.all()) == {kept, other}


@pytest.mark.django_db(transaction=True)
def test_nothing_about_a_person_is_logged(server, clock, caplog, settings):
    text = "My name is Secret Person"
    with caplog.at_level(logging.DEBUG):
        server.answers["RCPT"] = f"550 {SECRET} is unknown here"
        write(text=text)
        send_due(clock.now, None)
        server.answers.clear()
        server.breaks_off_at = "DATA"
        clock.forward(minutes=2)
        send_due(clock.now, None)
        server.breaks_off_at = ""
        clock.forward(minutes=10)
        send_due(clock.now, None)
        settings.EMAIL_PORT = 1
        write(text=text)
        send_due(clock.now, None)
    message = OutboxMessage.objects.earliest("pk")
    assert message.state == MessageState.SENT
    assert caplog.text.count(str(message.key)) >= 3, "each outcome is told"
    assert "SMTPRecipientsRefused 550" in caplog.text
    for word in (SECRET, "somebody.private", "Secret Person", "unknown here"):
        assert word not in caplog.text
        assert word not in str(list(DBTaskResult.objects.values()))
        assert word not in str(message)
        assert word not in message.problem
