"""A service is asked whether its address is right: by a link that is its own, works once, and expires."""

import datetime
import time
import uuid

import pytest
from django.core import mail, signing
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from addresses import admin_queue
from addresses.checking import CONFIRMATION_DAYS, SALT, Check, Confirmation, record_check
from addresses.confirming import ask, forget_old, link_of
from addresses.models import Address, Phone
from content.fields import Words
from intake.forms import Ticket
from intake.models import OutboxMessage
from intake.outbox import send_due
from tests.intake.crowd import at_once
from tests.makers import make_address, make_desk, make_staff, write
from tests.pages import LANGUAGES, Page, address, faults

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
WEEK = {"mo": "9:00-12:00"}
TEXTS = {"street": "Rue de l’Exemple 1", "bring": "Rien", "for_whom": "Tout le monde", "price_note": "Rien à payer"}


@pytest.fixture(autouse=True)
def staff(settings):
    settings.STAFF_EMAIL = ["desk@example.org"]


@pytest.fixture
def service():
    """A service with an address in both languages, a telephone and a desk."""
    made = make_address(
        fr={"title": "Permanence du toit", **TEXTS},
        nl={"title": "Loket onder dak", "street": "Voorbeeldstraat 1"},
        email="toit@example.org",
        website="https://toit.example.org/",
    )
    Phone.objects.create(address=made, number="02 000 00 01", label=Words({"fr": "accueil", "nl": "onthaal"}))
    make_desk(made, week=WEEK)
    return Address.objects.get(pk=made.pk)


def asked(of, language="fr", **columns):
    """Ask a service and return the Confirmation."""
    with transaction.atomic():
        confirmation = ask(of, to="toit@example.org", language=language, by=None)
    Confirmation.objects.filter(pk=confirmation.pk).update(**columns)
    OutboxMessage.objects.all().delete()
    return Confirmation.objects.get(pk=confirmation.pk)


def page_of(confirmation, language=None):
    return address("addresses:confirm", language or confirmation.language, token=confirmation.token)


def ticket(form, age=60):
    return str(Ticket.new(form, time.time() - age))


def seen(page):
    """What each form of a page carries about what the page says."""
    return [field.get("value") for field in page.elements("input", name="shown")]


def right(confirmation, **more):
    """What the button "everything is right" sends from a page that was just opened."""
    shown, _changes = seen(Page(Client().get(page_of(confirmation))))
    form = {"answer": "right", "ticket": ticket(f"RightForm:{confirmation.pk}"), "homepage": "", "shown": shown}
    return {**form, **more}


def changes(confirmation, page, **typed):
    """What the form for changes sends from a page, with what was typed into it."""
    values = {"shown": seen(page)[1]}
    for element in page.elements("input", "textarea"):
        is_left_out = element.get("type") == "radio" and element.get("checked") is None
        if element.get("type") != "hidden" and element.get("name") and not is_left_out:
            values[element.get("name")] = element.get("value") or element.text or ""
    return {**values, "ticket": ticket(f"ChangesForm:{confirmation.pk}"), **typed}


def propose(client, confirmation, language=None, **typed):
    """Open the page, change some fields and send them."""
    path = page_of(confirmation, language)
    return client.post(path, changes(confirmation, Page(client.get(path)), **typed))


def again(confirmation):
    return Confirmation.objects.get(pk=confirmation.pk)


def confirmed_at(of):
    return Address.objects.with_checks().get(pk=of.pk).confirmed_at


# --- Asking ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "title"), [("fr", "Permanence du toit"), ("nl", "Loket onder dak")])
def test_a_service_is_asked_in_its_language_what_we_say_about_it(service, language, title):
    by = make_staff("Editors")
    with transaction.atomic():
        confirmation = ask(service, to="toit@example.org", language=language, by=by)
    assert confirmation.asked_by == by
    assert (confirmation.expires_at - confirmation.asked_at).days == CONFIRMATION_DAYS
    row = OutboxMessage.objects.get()
    assert row.about == f"addresses.confirmation:{confirmation.pk}"
    assert row.language == language
    send_due(timezone.now(), None)
    (email,) = mail.outbox
    assert email.to == ["toit@example.org"]
    assert email.reply_to == ["desk@example.org"]
    assert link_of(confirmation).endswith(page_of(confirmation, language))
    for words in (link_of(confirmation), title, "02 000 00 01", "https://toit.example.org/", str(CONFIRMATION_DAYS)):
        assert words in email.body
    assert f"/{language}/" in link_of(confirmation)
    assert "&#x27;" not in email.body
    for text in (email.subject, row.purpose):
        assert title not in text
        assert "toit" not in text


def test_nobody_is_asked_at_what_is_no_email_address(service):
    with pytest.raises(ValidationError), transaction.atomic():
        ask(service, to="toit@example.org\nBcc: a@example.org", language="fr")
    assert not Confirmation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_service_is_asked_about_an_address_that_is_not_public_yet(client):
    draft = make_address(fr={"title": "Brouillon", "state": "draft", "street": "Rue de l’Exemple 2"}, nl=None)
    confirmation = asked(draft, "nl")
    page = Page(client.get(page_of(confirmation)))
    assert page.lang == "nl"
    assert page.language_of("Rue de l’Exemple 2") == "fr"
    assert propose(client, confirmation, street="Rue de l’Exemple 3").status_code == 302
    assert again(confirmation).proposed == {"street:fr": "Rue de l’Exemple 3"}


@pytest.mark.parametrize("is_public", [True, False])
def test_a_service_is_told_whether_readers_see_it_yet_and_from_when_its_hours_hold(client, is_public):
    made = make_address(fr={"title": "Permanence", **({} if is_public else {"state": "draft"})}, nl=None)
    make_desk(made, week=WEEK, starts="2030-01-07", ends="2031-02-28")
    with transaction.atomic():
        confirmation = ask(made, to="toit@example.org", language="fr")
    text = OutboxMessage.objects.get().text
    for words in ("7 janvier 2030", "28 février 2031"):
        assert words in text
    page = Page(client.get(page_of(confirmation))).text
    words_of = {
        text: ("What readers find about you today:", "What readers will find about you once it is public:"),
        page: ("What readers see today:", "What readers will see once it is public:"),
    }
    for place, (today, later) in words_of.items():
        with override("fr"):
            today, later = (" ".join(gettext(words).split()) for words in (today, later))
        said = " ".join(place.split())
        assert (today in said, later in said) == (is_public, not is_public)


def test_what_is_public_is_asked_about_not_the_draft_beside_it(client):
    made = make_address(fr={"title": "Publique"}, nl={"title": "Nog niet", "state": "draft"})
    text = Page(client.get(page_of(asked(made, "nl")))).text
    assert "Publique" in text
    assert "Nog niet" not in text


# --- The page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_what_the_site_says_and_is_kept_by_nobody(client, service, language):
    confirmation = asked(service, language)
    response = client.get(page_of(confirmation))
    page = Page(response)
    assert page.lang == language
    assert service.translation_shown_in(language).title in page.text
    assert "02 000 00 01" in page.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert page.link_rel("canonical") == []
    assert not faults(page.html)
    other = next(code for code in LANGUAGES if code != language)
    links = {link["code"]: link["href"] for link in response.context["language_links"]}
    assert links[other] == page_of(confirmation, other)


def test_a_mail_scanner_that_opens_the_link_answers_nothing(client, service):
    confirmation = asked(service)
    for method in (client.get, client.head, client.options):
        method(page_of(confirmation))
        method(page_of(confirmation) + "?answer=right")
    assert again(confirmation).answered_at is None
    assert not Check.objects.exists()


def test_the_page_costs_the_same_queries_however_much_the_address_has(client, service):
    confirmation = asked(service)

    def queries():
        client.get(page_of(confirmation))
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(confirmation))
        return len(captured)

    few = queries()
    for number in range(5):
        service.phones.create(number=f"02 000 00 1{number}")
        make_desk(service)
    assert queries() == few <= 16


# --- Everything is right ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_press_confirms_the_address(client, service, language):
    confirmation = asked(service, language)
    response = client.post(page_of(confirmation), right(confirmation))
    assert response.status_code == 302
    thanks = client.get(response.headers["Location"])
    assert Page(thanks).lang == language
    assert "public" in thanks.headers["Cache-Control"]
    assert not thanks.cookies
    check = Check.objects.get()
    assert (check.address, check.how, check.result, check.note) == (service, "confirmation", "right", "")
    assert check.made_by is None
    assert again(confirmation).answered_at
    assert again(confirmation).proposed == {}
    assert confirmed_at(service) == check.made_at
    assert not OutboxMessage.objects.exists()


def test_a_service_does_not_settle_what_readers_report_about_it(client, service):
    service.reports.create(what="refused", language="fr", sent_at=timezone.now() - DAY)
    assert client.post(page_of(confirmation := asked(service)), right(confirmation)).status_code == 302
    assert Check.objects.get().result == "right"
    assert not service.reports.get().settled_at
    found = Address.objects.with_checks().get()
    assert found.check_state == "doubted"
    assert service.pk in admin_queue.waiting(), "staff are still asked to call"
    record_check(service, how="call", result="right")
    assert service.reports.get().settled_at
    assert Address.objects.with_checks().get().check_state == "fresh"


def test_a_link_works_once(client, service):
    confirmation = asked(service)
    first, second = right(confirmation), right(confirmation)
    sent = changes(confirmation, Page(client.get(page_of(confirmation))), street="Ailleurs 1")
    assert client.post(page_of(confirmation), first).status_code == 302
    page = client.get(page_of(confirmation))
    assert page.status_code == 410
    assert page.headers["Cache-Control"] == "no-store"
    assert client.post(page_of(confirmation), second).status_code == 410
    assert client.post(page_of(confirmation), sent).status_code == 410
    assert Check.objects.count() == 1
    assert again(confirmation).proposed == {}


def test_a_double_tap_is_thanked_twice_and_counts_once(client, service):
    confirmation = asked(service)
    form = right(confirmation)
    places = {client.post(page_of(confirmation), form).headers["Location"] for _ in range(2)}
    assert places == {f"{address('addresses:confirmed', 'fr')}?sent=right"}
    assert Check.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    made = make_address()
    confirmation = asked(made)
    path = page_of(confirmation)
    form = right(confirmation)

    def answer():
        return Client().post(path, {**form, "ticket": ticket(f"RightForm:{confirmation.pk}")}).status_code

    assert sorted(at_once(answer, 3)) == [302, 410, 410]
    assert Check.objects.count() == 1


def test_a_link_expires(client, service, monkeypatch):
    confirmation = asked(service)
    sent = [right(confirmation), changes(confirmation, Page(client.get(page_of(confirmation))), street="Ailleurs 1")]
    almost, over = (confirmation.expires_at + datetime.timedelta(seconds=seconds) for seconds in (-1, 0))
    monkeypatch.setattr(timezone, "now", lambda: almost)
    assert client.get(page_of(confirmation)).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: over)
    response = client.get(page_of(confirmation))
    assert response.status_code == 410
    assert not faults(response.content.decode())
    for form in sent:
        assert client.post(page_of(confirmation), form).status_code == 410
    assert again(confirmation).answered_at is None
    assert not Check.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forged_link_finds_nothing(client, service, language):
    confirmation = asked(service)
    other = asked(make_address())
    form = right(confirmation)
    key, _colon, signature = confirmation.token.partition(":")
    other_key, _colon, _signature = other.token.partition(":")
    forged = [
        key,
        confirmation.token[:-1],
        f"{other_key}:{signature}",
        str(confirmation.key),
        signing.Signer(salt="another").sign_object(str(confirmation.key)),
        signing.Signer(key="of somebody else", salt=SALT).sign_object(str(confirmation.key)),
        "a:b:c",
        "é\x00",
        "x" * 2000,
    ]
    for token in forged:
        path = address("addresses:confirm", language, token=token)
        response = client.get(path)
        assert response.status_code == 404, token
        assert Page(response, 404).lang == language
        assert client.post(path, form).status_code == 404
    assert not Check.objects.exists()
    assert not Confirmation.objects.exclude(answered_at=None).exists()


def test_the_link_of_an_address_that_was_deleted_says_so(client, service):
    confirmation = asked(service)
    form = right(confirmation)
    service.delete()
    assert client.get(page_of(confirmation)).status_code == 410
    assert client.post(page_of(confirmation), form).status_code == 410


def test_the_link_of_an_address_that_was_withdrawn_can_still_be_answered(client, service):
    confirmation = asked(service)
    service.translations.update(publish_until=timezone.now())
    assert client.get(page_of(confirmation)).status_code == 200
    assert client.post(page_of(confirmation), right(confirmation)).status_code == 302
    assert confirmed_at(service)


def test_a_link_cannot_be_guessed(service):
    one, other = asked(service), asked(service)
    assert one.token != other.token
    assert Confirmation.of_token(one.token) == one
    assert Confirmation.key_of(one.token) == one.key
    assert isinstance(one.key, uuid.UUID)


# --- Something should change -----------------------------------------------------------------------------------


def test_what_a_service_changes_is_a_proposal_and_nothing_else(client, service):
    confirmation = asked(service)
    desk = service.desks.get()
    response = propose(
        client,
        confirmation,
        street="Rue de  l’Exemple 22",
        getting_there="Deuxième étage",
        postcode="1000",
        email="nouveau@example.org",
        website="toit.example.org/nouveau",
        phone_2=" 02 000 00 02 ",
        phone_for_2="juristes",
        bring="Une pièce d’identité",
        for_whom="",
        price_note="5 €",
        remark="Fermé en août.\r\nMerci 🙏",
        **{f"week_{desk.pk}_tu": "13h30 à 17h"},
    )
    assert response.status_code == 302
    confirmation = again(confirmation)
    assert confirmation.proposed == {
        "street:fr": "Rue de l’Exemple 22",
        "getting_there:fr": "Deuxième étage",
        "postcode": "1000",
        "email": "nouveau@example.org",
        "website": "https://toit.example.org/nouveau",
        "phones": [["02 000 00 01", "accueil"], ["02 000 00 02", "juristes"]],
        "bring:fr": "Une pièce d’identité",
        "for_whom:fr": "",
        "price_note:fr": "5 €",
        f"week:{desk.pk}": {"mo": "9:00-12:00", "tu": "13:30-17:00"},
    }
    assert confirmation.remark == "Fermé en août.\nMerci 🙏"
    assert confirmation.waiting == confirmation.proposed
    stored = Address.objects.get(pk=service.pk)
    with override("fr"):
        assert (stored.shown.street, stored.postcode, stored.email) == (TEXTS["street"], "1030", "toit@example.org")
    assert stored.desks.get().week == WEEK
    assert [phone.number for phone in stored.phones.all()] == ["02 000 00 01"]
    assert not Check.objects.exists()


def test_only_what_differs_is_proposed_and_staff_are_told(client, service):
    confirmation = asked(service)
    assert propose(client, confirmation, postcode="1000", remark="Nous avons déménagé & c’est mieux").status_code == 302
    assert again(confirmation).proposed == {"postcode": "1000"}
    send_due(timezone.now(), None)
    (email,) = mail.outbox
    assert email.to == ["desk@example.org"]
    assert email.reply_to == ["toit@example.org"]
    assert "Permanence du toit" in email.body
    assert "Nous avons déménagé & c’est mieux" in email.body
    assert f"/admin/addresses/address/{service.pk}/confirmation/{confirmation.pk}/" in email.body
    assert "toit" not in email.subject


def test_the_texts_are_those_of_the_page_the_service_reads(client, service):
    confirmation = asked(service, "fr")
    page = Page(client.get(page_of(confirmation, "nl")))
    assert "Voorbeeldstraat 1" in page.html
    propose(client, confirmation, "nl", street="Voorbeeldstraat 2", phone_for_1="secretariaat")
    confirmation = again(confirmation)
    assert confirmation.proposed == {"street:nl": "Voorbeeldstraat 2", "phones": [["02 000 00 01", "secretariaat"]]}
    assert confirmation.language == "nl"


def test_a_number_that_is_emptied_is_proposed_to_go(client, service):
    confirmation = asked(service)
    propose(client, confirmation, phone_1="", phone_for_1="")
    assert again(confirmation).proposed == {"phones": []}


def test_an_address_with_many_numbers_loses_none(client, service):
    for number in range(4):
        service.phones.create(number=f"02 000 00 1{number}")
    confirmation = asked(service)
    propose(client, confirmation, postcode="1000")
    assert again(confirmation).proposed == {"postcode": "1000"}


# --- Staff change something while the service answers ------------------------------------------------------------


def test_a_service_confirms_only_what_it_has_seen(client, service):
    confirmation = asked(service)
    form = right(confirmation)
    service.phones.create(number="02 000 00 66")
    page = Page(client.post(page_of(confirmation), form))
    assert "error-summary" in page.html
    assert "02 000 00 66" in page.text
    assert not faults(page.html)
    assert not Check.objects.exists()
    assert again(confirmation).answered_at is None
    assert client.post(page_of(confirmation), {**form, "shown": seen(page)[0]}).status_code == 302
    assert Check.objects.get().result == "right"


@pytest.mark.parametrize("shown", [None, "", "forged", "é\x00", "x" * 5000])
def test_an_answer_to_nobody_knows_what_is_shown_again(client, service, shown):
    confirmation = asked(service)
    form = right(confirmation)
    form = {**form, "shown": shown} if shown is not None else {k: v for k, v in form.items() if k != "shown"}
    assert "error-summary" in Page(client.post(page_of(confirmation), form)).html
    assert not Check.objects.exists()


def test_a_form_that_does_not_say_what_it_was_made_from_keeps_what_was_typed(client, service):
    confirmation = asked(service)
    form = changes(confirmation, Page(client.get(page_of(confirmation))), shown="forged", phone_2="02 000 00 22")
    assert "02 000 00 22" in Page(client.post(page_of(confirmation), form)).html
    assert again(confirmation).answered_at is None


def changed_meanwhile(client, confirmation, change, **typed):
    """Fill in the form, let staff change something, send it; return the page that comes back."""
    form = changes(confirmation, Page(client.get(page_of(confirmation))), **typed)
    change()
    page = Page(client.post(page_of(confirmation), form))
    assert "error-summary" in page.html
    assert not faults(page.html)
    assert again(confirmation).answered_at is None
    return page


def proposed_from(client, confirmation, page):
    """Send the form of a page as it stands and return what it proposes."""
    assert client.post(page_of(confirmation), changes(confirmation, page)).status_code == 302
    return again(confirmation).proposed


def test_what_a_service_left_alone_is_never_proposed_back(client, service):
    confirmation = asked(service)
    desk = service.desks.get()

    def change():
        write(service, "fr", bring="Une photo", street="Rue de la Collègue 5")
        Address.objects.filter(pk=service.pk).update(email="collegue@example.org")
        type(desk).objects.filter(pk=desk.pk).update(week={"mo": "10:00-12:00", "we": "9:00-12:00"})

    typed = {"street": "Rue du Service 9", "remark": "Merci", f"week_{desk.pk}_tu": "13h30 à 17h"}
    page = changed_meanwhile(client, confirmation, change, **typed)
    for words in ("Une photo", "Rue du Service 9", "collegue@example.org", "13h30 à 17h", "10:00-12:00", "Merci"):
        assert words in page.html
    assert proposed_from(client, confirmation, page) == {
        "street:fr": "Rue du Service 9",
        f"week:{desk.pk}": {"mo": "10:00-12:00", "tu": "13:30-17:00", "we": "9:00-12:00"},
    }


def test_a_desk_that_was_added_meanwhile_is_left_alone(client, service):
    confirmation = asked(service)
    page = changed_meanwhile(client, confirmation, lambda: make_desk(service), postcode="1000")
    assert proposed_from(client, confirmation, page) == {"postcode": "1000"}


def test_the_hours_typed_for_a_desk_that_is_gone_stand_in_the_remark(client, service):
    confirmation = asked(service)
    desk = service.desks.get()
    typed = {f"week_{desk.pk}_tu": "13h30 à 17h", "remark": "Merci"}
    page = changed_meanwhile(client, confirmation, desk.delete, **typed)
    assert proposed_from(client, confirmation, page) == {}
    thanks, hours = again(confirmation).remark.split("\n")
    assert (thanks, hours.split()[0].strip(":"), hours.endswith("13h30 à 17h")) == ("Merci", "mardi", True)


ONE, TWO = ["02 000 00 01", "accueil"], ["02 000 00 02", ""]


@pytest.mark.parametrize(
    ("stored", "typed", "expected"),
    [
        # Whatever staff did to the telephones, a service that left them alone proposes nothing about them.
        ([ONE], {"postcode": "1000"}, None),
        ([], {"postcode": "1000"}, None),
        ([["02 000 00 03", ""], TWO], {"postcode": "1000"}, None),
        # One that was added stays, one that went does not come back.
        (
            [ONE, TWO, ["02 000 00 03", ""]],
            {"phone_2": "02 000 00 22"},
            [ONE, ["02 000 00 22", ""], ["02 000 00 03", ""]],
        ),
        ([TWO], {"phone_1": "02 000 00 11"}, [["02 000 00 11", "accueil"], TWO]),
        ([ONE], {"phone_1": "02 000 00 11"}, [["02 000 00 11", "accueil"]]),
        ([ONE, ["02 000 00 22", ""]], {"phone_3": "02 000 00 33"}, [ONE, ["02 000 00 33", ""], ["02 000 00 22", ""]]),
        (
            [[f"02 000 00 4{n}", ""] for n in range(4)],
            {"phone_3": "02 000 00 33"},
            [["02 000 00 33", ""], *([f"02 000 00 4{n}", ""] for n in range(4))],
        ),
    ],
)
def test_telephones_that_staff_changed_meanwhile_are_kept(client, service, stored, typed, expected):
    service.phones.create(number=TWO[0])
    confirmation = asked(service)

    def change():
        write(service, "fr", bring="Une photo")
        service.phones.all().delete()
        for number, label in stored:
            service.phones.create(number=number, label=Words({"fr": label, "nl": label} if label else {}))

    page = changed_meanwhile(client, confirmation, change, **typed)
    proposed = {"phones": expected} if expected else {"postcode": "1000"}
    assert proposed_from(client, confirmation, page) == proposed


def test_a_remark_alone_is_an_answer(client, service):
    confirmation = asked(service)
    assert propose(client, confirmation, remark="Nous fermons en mai.").status_code == 302
    assert again(confirmation).proposed == {}
    assert again(confirmation).answered_at
    assert OutboxMessage.objects.get().to == "desk@example.org"
    assert not Check.objects.exists()


def test_a_service_ticks_that_it_has_closed_or_moved_and_staff_read_it(client, service):
    confirmation = asked(service)
    assert propose(client, confirmation, has_closed="on", has_moved="on", remark="En mars.").status_code == 302
    assert again(confirmation).remark == "Nous avons fermé définitivement.\nNous avons déménagé.\nEn mars."
    confirmation = asked(service, language="nl")
    assert propose(client, confirmation, has_closed="on").status_code == 302
    assert again(confirmation).remark == "We zijn definitief gesloten."
    assert again(confirmation).proposed == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_thanks_say_what_was_sent(client, service, language):
    def thanks(send):
        return Page(client.get(send(asked(service, language=language)).headers["Location"])).text

    said = [
        thanks(lambda confirmation: client.post(page_of(confirmation), right(confirmation))),
        thanks(lambda confirmation: propose(client, confirmation, street="Rue de l’Exemple 2")),
        thanks(lambda confirmation: propose(client, confirmation, remark="Bonjour")),
        Page(client.get(f"{address('addresses:confirmed', language)}?sent=x")).text,
    ]
    assert len(set(said)) == 4


def test_who_changes_nothing_is_shown_the_button(client, service):
    confirmation = asked(service)
    page = Page(propose(client, confirmation))
    assert "error-summary" in page.html
    assert not faults(page.html)
    assert again(confirmation).answered_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"street": "a" * 5000},
        {"bring": "a\x00b"},
        {"postcode": "9999"},
        {"postcode": "abcd"},
        {"email": "toit@example.org\nBcc: a@example.org"},
        {"email": "nobody"},
        {"website": "javascript:alert(1)"},
        {"website": "nothing at all"},
        {"phone_1": "call me"},
        {"phone_2": "", "phone_for_2": "juristes"},
        {"phone_for_1": "a" * 121},
        {"remark": "a" * 1001},
        {"week": "17:00-9:00"},
        {"week": "9:00-12:00, 11:00-13:00"},
        {"week": "in the morning"},
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(client, service, wrong):
    confirmation = asked(service)
    desk = service.desks.get()
    wrong = {(f"week_{desk.pk}_tu" if name == "week" else name): value for name, value in wrong.items()}
    page = Page(propose(client, confirmation, **{"price_note": "Cinq euros", **wrong}))
    assert "field__error" in page.html
    assert "Cinq euros" in page.html
    assert not faults(page.html.replace("\x00", ""))
    assert again(confirmation).answered_at is None
    assert not OutboxMessage.objects.exists()


def test_where_communes_share_a_postcode_the_service_says_which_one_is_its_own(client, service):
    confirmation = asked(service)
    page = Page(client.get(page_of(confirmation)))
    assert [c.get("value") for c in page.elements("input", name="commune_nis") if c.get("checked") is not None] == []
    page = Page(client.post(page_of(confirmation), changes(confirmation, page, postcode="1050")))
    assert [choice.get("value") for choice in page.elements("input", name="commune_nis")] == ["21009", "21004"]
    assert "field__error" in page.html
    assert again(confirmation).answered_at is None
    sent = changes(confirmation, page, postcode="1050", commune_nis="21009")
    assert client.post(page_of(confirmation), sent).status_code == 302
    assert again(confirmation).proposed == {"postcode": "1050", "commune_nis": "21009"}


def test_who_stays_in_a_shared_postcode_may_correct_the_commune_alone(client, service):
    Address.objects.update(postcode="1040", commune_nis="21004")
    confirmation = asked(service)
    page = Page(client.get(page_of(confirmation)))
    sent = changes(confirmation, page, commune_nis="21004", street="Rue de l’Exemple 2")
    other = changes(confirmation, page, commune_nis="21005")
    assert client.post(page_of(confirmation), other).status_code == 302
    assert again(confirmation).proposed == {"postcode": "1040", "commune_nis": "21005"}
    confirmation = asked(service)
    sent["ticket"] = ticket(f"ChangesForm:{confirmation.pk}")
    assert client.post(page_of(confirmation), sent).status_code == 302
    assert again(confirmation).proposed == {"street:fr": "Rue de l’Exemple 2"}


# --- Machines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoilt", [{"homepage": "https://spam.example"}, {"ticket": "forged"}, {"ticket": None}])
def test_what_looks_like_a_machine_is_held_back(client, service, spoilt):
    confirmation = asked(service)
    spoilt = {name: value or ticket(f"RightForm:{confirmation.pk}", age=1) for name, value in spoilt.items()}
    page = Page(client.post(page_of(confirmation), right(confirmation, **spoilt)))
    assert "error-summary" in page.html
    assert again(confirmation).answered_at is None


def test_a_ticket_of_the_other_form_is_not_taken(client, service):
    confirmation, other = asked(service), asked(service)
    for form in ("ReportForm", "RightForm", f"ChangesForm:{confirmation.pk}", f"RightForm:{other.pk}"):
        assert client.post(page_of(confirmation), right(confirmation, ticket=ticket(form))).status_code == 200
    assert again(confirmation).answered_at is None


def test_a_form_without_our_cookie_is_shown_again(service):
    confirmation = asked(service)
    response = Client(enforce_csrf_checks=True).post(page_of(confirmation), right(confirmation))
    assert response.status_code == 403
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert again(confirmation).answered_at is None


def test_too_many_answers_from_one_connection_are_refused(client):
    made = make_address()
    for _ in range(20):
        one = asked(made)
        assert client.post(page_of(one), right(one)).status_code == 302
    last = asked(made)
    assert client.post(page_of(last), right(last)).status_code == 429
    assert again(last).answered_at is None


# --- Afterwards ------------------------------------------------------------------------------------------------


def test_what_is_over_for_a_year_is_deleted(service):
    now = timezone.now()
    answered = {days: asked(service, answered_at=now - days * DAY) for days in (364, 366)}
    expired = {days: asked(service, expires_at=now - days * DAY) for days in (-1, 364, 366)}
    for _ in range(2):
        forget_old(now, None)
        left = set(Confirmation.objects.values_list("pk", flat=True))
        assert left == {answered[364].pk, expired[-1].pk, expired[364].pk}
