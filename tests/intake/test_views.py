"""A form that anybody may send: machines are held off, people are told what is wrong, and nothing typed is lost."""

import datetime
import logging
import re
import time

import pytest
from django.core import signing
from django.db import OperationalError
from django.forms import Field
from django.test import Client
from django.utils.translation import override

from intake.forms import FASTEST, LONGEST, SALT, Ticket
from intake.limits import window_at
from intake.models import OutboxMessage, RateWindow, Submission
from tests.intake.crowd import at_once
from tests.intake.letters import LetterForm, LetterView
from tests.pages import Page, faults, words

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.intake.letters")]

ADDRESS = "/fr/letter/"
TYPED = {"name": "Zoë Secret", "email": "zoe@example.org", "words": "L’adresse\r\nest fausse.", "kind": "error"}


def ticket(age=60, form="LetterForm"):
    """Return a ticket that was made so many seconds ago."""
    return str(Ticket.new(form, time.time() - age))


def send(client, address=ADDRESS, **changes):
    """Send the letter as a browser does; None takes a field out."""
    data = {**TYPED, "ticket": ticket(), "homepage": "", **changes}
    return client.post(address, {name: value for name, value in data.items() if value is not None})


def letters():
    return OutboxMessage.objects.count()


def value_of(page, name):
    """Return what a field of the form holds."""
    (field,) = page.elements("input", "textarea", name=name)
    return field.get("value") if field.tag == "input" else "".join(field.itertext()).removeprefix("\n")


def read_again(response, status=200):
    """Return the form that came back, on which everything typed must still stand and nothing was sent."""
    page = Page(response, status)
    for name in ("name", "email", "words"):
        assert value_of(page, name).split() == TYPED[name].split()
    assert [box.get("value") for box in page.elements("input", name="kind") if box.get("checked") is not None] == [
        "error"
    ]
    assert faults(page.html) == []
    return page


def send_again(client, page, address=ADDRESS):
    """Press the button of a form that came back."""
    return send(client, address, ticket=value_of(page, "ticket"), homepage=value_of(page, "homepage") or "")


# --- People ----------------------------------------------------------------------------------------------------


def test_a_reader_sends_a_letter_and_is_led_to_the_thanks(client):
    page = Page(client.get(ADDRESS))
    key = Ticket.read(value_of(page, "ticket"), "LetterForm").key
    response = send(client, ticket=str(Ticket("LetterForm", key, time.time() - FASTEST - 0.1)))
    message = OutboxMessage.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == f"/fr/thanks/{message.key}/"
    assert message.text == "L’adresse\r\nest fausse.\n"
    assert message.to == "desk@example.org"


def test_the_page_of_a_form_is_kept_by_nobody_and_sets_no_cookie_but_the_one_of_the_form(settings):
    settings.KEEP_PAGES = True
    tickets = set()
    for _reader in range(2):
        client = Client()
        for response in (client.get(ADDRESS), send(client, name=""), send(client)):
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["X-Robots-Tag"] == "noindex"
        assert set(client.cookies) == {settings.CSRF_COOKIE_NAME}
        tickets.add(value_of(Page(client.get(ADDRESS)), "ticket"))
    assert len(tickets) == 2


def test_the_page_leads_to_itself_in_the_other_language(client):
    page = Page(client.get(ADDRESS))
    assert page.alternates["nl"].endswith("/nl/letter/")
    assert faults(page.html) == []


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_what_is_wrong_stands_beside_its_field_and_above_the_form(client, language):
    page = Page(send(client, f"/{language}/letter/", email="zoe", words="", kind="", name="Zoë"))
    assert letters() == 0
    (summary,) = page.elements(role="alert")
    links = dict(page.links(within=summary))
    assert set(links) == {"#id_email", "#id_words", "#id_kind_0"}
    assert summary.get("tabindex") == "-1"
    for target in links:
        (field,) = page.elements(id=target.removeprefix("#"))
        described = field.get("aria-describedby") or next(
            fieldset.get("aria-describedby") for fieldset in page.elements("fieldset")
        )
        errors = [words(element) for name in described.split() for element in page.elements(id=name)]
        assert errors and errors[-1] in links[target]
    assert value_of(page, "email") == "zoe"
    assert value_of(page, "name") == "Zoë"
    assert faults(page.html) == []
    with override(language):
        assert str(Field.default_error_messages["required"]) in page.text


def test_a_field_says_in_words_that_it_is_required_and_names_its_hint(client):
    page = Page(client.get(ADDRESS))
    labels = {label.get("for"): words(label) for label in page.elements("label")}
    assert "(" in labels["id_name"]
    assert "(" not in labels["id_email"]
    (name,) = page.elements("input", name="name")
    assert [words(hint) for hint in page.elements(id=name.get("aria-describedby"))] == ["As you like."]
    assert "aria-invalid" not in name.attrib


def test_a_letter_in_any_script_arrives_as_it_was_written(client):
    text = "سلام 👋🏽 ‹é› " + "x" * 4000
    assert send(client, words=text).status_code == 302
    assert OutboxMessage.objects.get().text == f"{text}\n"


@pytest.mark.parametrize(
    "changes", [{"words": "a\x00b"}, {"email": "a@example.org\nBcc: b@example.org"}, {"words": "x" * 5001}]
)
def test_what_no_letter_can_hold_is_refused_with_words(client, changes):
    page = Page(send(client, **changes))
    assert letters() == 0
    assert len(list(page.elements(role="alert"))) == 1


# --- Machines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "x",
        "x" * 10_000,
        "é",
        ticket()[:-1],
        ticket(form="OrderForm"),
        signing.dumps(["LetterForm", "0" * 32, 0]),
        ticket(LONGEST + 1),
    ],
)
def test_a_ticket_that_is_forged_foreign_or_too_old_sends_nothing_and_loses_nothing(client, bad):
    page = read_again(send(client, ticket=bad))
    assert letters() == 0
    assert len(list(page.elements(role="alert"))) == 1
    fresh = Ticket.read(value_of(page, "ticket"), "LetterForm")
    assert fresh is not None
    client = Client()
    assert send(client, ticket=str(Ticket("LetterForm", fresh.key, time.time() - 4))).status_code == 302
    assert letters() == 1


def test_who_had_the_form_open_for_a_day_presses_once_more(client):
    page = read_again(send(client, ticket=ticket(LONGEST + 1)))
    assert send_again(client, page).status_code == 302
    assert letters() == 1


def test_a_forged_ticket_saves_no_machine_the_waiting(client):
    page = read_again(send(client, ticket="forged"))
    read_again(send_again(client, page))
    assert letters() == 0


def test_a_ticket_says_nothing_and_cannot_be_made_older(client):
    read = Ticket.read(ticket(0), "LetterForm")
    value = signing.Signer(salt=SALT).unsign_object(str(read))
    assert value == ["LetterForm", read.key.hex, read.made_at]
    forged = signing.Signer(key="another key", salt=SALT).sign_object([*value[:2], 0])
    assert Ticket.read(forged, "LetterForm") is None


def test_too_fast_for_a_person_is_held_back_and_may_be_sent_again(client, monkeypatch):
    page = read_again(send(client, ticket=ticket(FASTEST - 0.5)))
    assert letters() == 0
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1)
    assert send_again(client, page).status_code == 302
    assert letters() == 1


def test_a_field_that_nobody_sees_holds_back_what_fills_it_in(client):
    page = Page(client.get(ADDRESS))
    (trap,) = page.elements("input", name="homepage")
    assert (trap.get("tabindex"), trap.get("autocomplete")) == ("-1", "off")
    (hidden,) = [box for box in page.elements("div", **{"aria-hidden": "true"}) if trap in list(box.iter())]
    assert "visually-hidden" in hidden.get("class")
    page = read_again(send(client, homepage="https://spam.example"))
    assert letters() == 0
    assert "spam" not in page.html
    assert send_again(client, page).status_code == 302, "a browser that fills in by itself does no harm"


def test_each_reason_is_told_in_the_language_of_the_reader(client):
    told = {}
    for language in ("fr", "nl"):
        for reason, changes in {
            "fast": {"ticket": ticket(0)},
            "old": {"ticket": ticket(LONGEST + 1)},
            "trap": {"homepage": "x"},
        }.items():
            page = read_again(send(client, f"/{language}/letter/", **changes))
            (summary,) = page.elements(role="alert")
            told[language, reason] = words(summary)
    assert len(set(told.values())) == 6, told


# --- Twice -----------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_letter_with_one_answer(client):
    same = ticket()
    first, second = send(client, ticket=same), send(Client(), ticket=same)
    assert first.headers["Location"] == second.headers["Location"]
    assert letters() == 1
    assert RateWindow.objects.get().count == 1, "the second does not count"


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_that_reaches_two_workers_is_one_letter():
    same = ticket()
    responses = at_once(lambda: send(Client(), ticket=same), 4)
    assert {response.status_code for response in responses} == {302}
    assert len({response.headers["Location"] for response in responses}) == 1
    assert letters() == 1


def test_a_second_letter_on_the_same_page_is_asked_about_and_then_sent(client):
    same = ticket()
    send(client, ticket=same, words="Another thing.")
    page = read_again(send(client, ticket=same), 409)
    assert letters() == 1
    assert send_again(client, page).status_code == 302
    assert letters() == 2


@pytest.mark.django_db(transaction=True)
def test_when_recording_fails_nothing_is_kept_and_the_form_can_be_sent_again(monkeypatch):
    same = ticket()
    client = Client(raise_request_exception=False)
    record = LetterView.record

    def failing(self, form):
        record(self, form)
        raise RuntimeError("disk full")

    monkeypatch.setattr(LetterView, "record", failing)
    assert send(client, ticket=same).status_code == 500
    assert (letters(), Submission.objects.count(), RateWindow.objects.count()) == (0, 0, 0)
    monkeypatch.setattr(LetterView, "record", record)
    assert send(client, ticket=same).status_code == 302
    assert letters() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_when_the_database_takes_nothing_the_reader_is_told_and_keeps_what_was_typed(
    client, language, monkeypatch, caplog
):
    address = f"/{language}/letter/"
    record = LetterView.record

    def failing(self, form):
        record(self, form)
        raise OperationalError(f"database or disk is full at {TYPED['email']}")

    monkeypatch.setattr(LetterView, "record", failing)
    response = send(client, address)
    page = read_again(response, 503)
    assert response.headers["Retry-After"] == "60"
    assert (letters(), Submission.objects.count(), RateWindow.objects.count()) == (0, 0, 0)
    assert "LetterForm could not be kept: OperationalError" in caplog.messages
    assert TYPED["email"] not in caplog.text
    monkeypatch.setattr(LetterView, "record", record)
    assert send_again(client, page, address).status_code == 302
    assert letters() == 1


# --- Too many --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_who_sends_too_much_is_told_when_to_come_back_and_keeps_what_was_typed(client, language):
    address = f"/{language}/letter/"
    assert [send(client, address).status_code for _time in range(3)] == [302] * 3
    response = send(client, address)
    page = read_again(response, 429)
    assert letters() == 3
    assert 0 < int(response.headers["Retry-After"]) <= LetterView.period
    (summary,) = page.elements(role="alert")
    assert re.search(r"\d", words(summary)), "how long to wait"
    _start, end = window_at(datetime.datetime.now(datetime.UTC), LetterView.period)
    RateWindow.objects.update(window_start=end - 3 * datetime.timedelta(seconds=LetterView.period))
    assert send_again(client, page, address).status_code == 302


def test_others_may_still_send(client):
    for _time in range(4):
        send(client)
    assert send(Client(REMOTE_ADDR="192.0.2.9")).status_code == 302
    assert letters() == 4


def test_mistakes_do_not_count(client):
    for _time in range(5):
        send(client, email="zoe")
    assert send(client).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_different_letters_at_once_do_not_pass_the_limit():
    responses = at_once(lambda: send(Client()), 8)
    assert sorted(response.status_code for response in responses) == [302] * 3 + [429] * 5
    assert letters() == 3


# --- From elsewhere --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_browser_without_our_cookie_is_told_and_loses_nothing(language):
    address = f"/{language}/letter/"
    client = Client(enforce_csrf_checks=True)
    page = read_again(send(client, address), 403)
    assert letters() == 0
    token = value_of(page, "csrfmiddlewaretoken")
    response = send(client, address, ticket=value_of(page, "ticket"), csrfmiddlewaretoken=token)
    assert response.status_code == 302
    assert letters() == 1


def test_another_site_cannot_send_the_form_for_a_reader():
    client = Client(enforce_csrf_checks=True)
    token = value_of(Page(client.get(ADDRESS)), "csrfmiddlewaretoken")
    data = {**TYPED, "ticket": ticket(), "csrfmiddlewaretoken": token}
    assert client.post(ADDRESS, data, headers={"origin": "https://evil.example"}).status_code == 403
    assert letters() == 0


def test_nothing_that_was_typed_is_logged(client, caplog):
    with caplog.at_level(logging.DEBUG):
        send(client)
        send(client, homepage="zoe@example.org")
        send(client, ticket="zoe@example.org")
        send(Client(enforce_csrf_checks=True))
        for _time in range(4):
            send(client)
    for word in ("Secret", "zoe@", "fausse"):
        assert word not in caplog.text
    assert "Secret" not in str(list(Submission.objects.values()))


def test_a_form_with_a_prefix_has_its_protection_under_it():
    form = LetterForm(prefix="one")
    assert form.protection["ticket_name"] == "one-ticket"
    data = {f"one-{name}": value for name, value in {**TYPED, "ticket": ticket()}.items()}
    assert LetterForm(data, prefix="one").is_valid()
    assert not LetterForm({**data, "one-homepage": "x"}, prefix="one").is_valid()
