"""Whoever writes to us is heard once, told so, and kept no longer than the privacy page says."""

import datetime
import time

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from intake.forms import Ticket
from intake.models import OutboxMessage
from pages.contact_forms import Subject
from tests.makers import make_address, make_us
from tests.pages import LANGUAGES, Page, faults

pytestmark = pytest.mark.django_db

TYPED = {
    "subject": "question",
    "message": "Bonjour,\r\noù suivre un cours ? شكرا 👋🏽",
    "name": "Zoë Secret",
    "email": "zoe@example.org",
}


def send(client, language="fr", **changes):
    ticket = str(Ticket.new("ContactForm", time.time() - 60))
    data = {**TYPED, "ticket": ticket, "homepage": "", **changes}
    return client.post(f"/{language}/contact/", {name: value for name, value in data.items() if value is not None})


def outbox():
    return {message.to: message for message in OutboxMessage.objects.all()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_reaches_the_staff_and_its_sender_is_thanked(client, settings, language):
    response = send(client, language)
    assert response.status_code == 302
    thanks = Page(client.get(response.headers["Location"]))
    assert thanks.lang == language
    assert faults(thanks.html) == []
    assert "Zoë" not in thanks.html
    messages = outbox()
    assert set(messages) == {*settings.STAFF_EMAIL, "zoe@example.org"}
    told, thanked = messages[settings.STAFF_EMAIL[0]], messages["zoe@example.org"]
    assert told.reply_to == "zoe@example.org"
    assert "où suivre un cours ? شكرا 👋🏽" in told.text
    assert "Zoë Secret" in told.text
    with override("fr"):
        assert str(Subject.QUESTION.label) in told.subject
    assert thanked.language == language
    assert thanked.reply_to == ""


def test_nothing_personal_stands_in_a_subject_or_purpose(client):
    send(client, subject="privacy")
    for message in OutboxMessage.objects.all():
        for text in (message.subject, message.purpose, str(message)):
            assert "Zoë" not in text
            assert "zoe" not in text


def test_the_thanks_repeat_nothing_that_was_typed(client):
    send(client, message="Achetez http://spam.example", name="http://spam.example")
    thanked = outbox()["zoe@example.org"]
    assert "spam" not in thanked.text + thanked.subject + thanked.html


def test_without_an_e_mail_staff_are_told_that_they_cannot_answer(client, settings):
    assert send(client, email=None, name=None).status_code == 302
    (told,) = OutboxMessage.objects.all()
    assert told.to == settings.STAFF_EMAIL[0]
    assert told.reply_to == ""


def test_the_same_form_sent_twice_is_one_message(client):
    ticket = str(Ticket.new("ContactForm", time.time() - 60))
    for _press in range(2):
        assert send(client, ticket=ticket).status_code == 302
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"message": ""}, "id_message"),
        ({"message": "x" * 5001}, "id_message"),
        ({"subject": ""}, "id_subject"),
        ({"subject": "nonsense"}, "id_subject"),
        ({"email": "zoe"}, "id_email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "id_email"),
        ({"name": "x" * 101}, "id_name"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field_and_nothing_typed_is_lost(client, language, changes, field):
    page = Page(send(client, language, **changes))
    assert not OutboxMessage.objects.exists()
    (summary,) = page.elements(role="alert")
    assert [href for href, _text in page.links(within=summary)] == [f"#{field}"]
    (box,) = page.elements(id=field)
    assert box.get("aria-invalid") == "true"
    if "message" not in changes:
        (text,) = page.elements("textarea")
        assert "où suivre un cours" in "".join(text.itertext())
    assert faults(page.html) == []


def test_what_no_database_can_hold_is_refused_with_words(client):
    assert len(list(Page(send(client, message="a\x00b")).elements(role="alert"))) == 1
    assert not OutboxMessage.objects.exists()


def test_a_field_that_people_do_not_see_holds_machines_back(client):
    page = Page(send(client, homepage="https://spam.example"))
    assert list(page.elements(role="alert"))
    assert not OutboxMessage.objects.exists()


def test_nobody_sends_more_than_five_in_an_hour(client):
    statuses = [send(client, message=f"Message {number}").status_code for number in range(6)]
    assert statuses == [302] * 5 + [429]
    assert OutboxMessage.objects.count() == 10


def test_the_form_is_kept_by_nobody_and_the_thanks_by_anybody(client, settings):
    settings.KEEP_PAGES = True
    for response in (client.get("/fr/contact/"), send(client, message=""), send(client)):
        assert response.headers["Cache-Control"] == "no-store"
    assert set(client.cookies) == {settings.CSRF_COOKIE_NAME}
    client.cookies.clear()
    thanks = client.get("/fr/contact/merci/")
    assert "public" in thanks.headers["Cache-Control"]
    assert not thanks.cookies


def test_our_copy_goes_after_thirty_days(client, settings, monkeypatch):
    assert settings.OUTBOX_KEEP_DAYS == 30, "as the privacy page of the sample says"
    send(client)
    now = timezone.now()
    OutboxMessage.objects.update(sent_at=now)
    for days, left in ((29, 2), (31, 0)):
        monkeypatch.setattr(timezone, "now", lambda days=days: now + datetime.timedelta(days=days))
        call_command("run_due")
        assert OutboxMessage.objects.count() == left


def test_the_page_says_where_we_are_as_far_as_it_is_known(client):
    us = make_us()
    make_address(fr={"title": "Accueil", "street": "rue de l’Exemple 1"}, phones=["02 000 00 00"], organisation=us)
    page = Page(client.get("/fr/contact/"))
    assert "tel:+3220000000" in page.hrefs()
    assert "rue de l’Exemple 1" in page.text
    assert {"/fr/contact/", "/nl/contact/"} == {href.partition("8000")[2] for href in page.alternates.values()}
