"""The e-mails about an order: what they say in either language, and what they never say."""

import re

import pytest
from django.utils.translation import gettext, override

from intake.models import OutboxMessage
from orders import handling
from orders.following import link_of
from orders.models import Order, Status
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff
from tests.pages import LANGUAGES, faults

pytestmark = pytest.mark.django_db

NAMES = ("placed", "confirmed", "sent", "finished", "cancelled", "corrected")
PERSON = {
    "organisation": "École “Dupont & fils” <b>",
    "name": "Zoé Secret’",
    "email": "zoe@example.org",
    "phone": "02 000 00 00",
    "note": "Note secrète",
}
PERSONAL = ("Zoé", "Secret", "Dupont", "zoe@", "02 000", "Exemple 1", "secrète")


def said(language, text, **values):
    with override(language):
        return gettext(text) % values


def order_in(language, **columns):
    edition = make_edition(make_publication(), title="L’exil & “nous” <i>", languages=["fr", "nl"])
    offer = make_offer(edition, **columns.pop("offer", {}))
    return make_order({offer: 5}, language=language, requester=PERSON, **columns)


def letters_of(order, to="zoe@example.org"):
    return list(OutboxMessage.objects.filter(about=order.mail_about, to=to).order_by("pk"))


def all_letters(language, **columns):
    """Return {name: e-mail} of everything that whoever ordered may be sent."""
    order = order_in(language, **columns)
    handling.correct_contact(order, {"street": "rue de l’Exemple 1"})
    handling.confirm(order, by=None)
    line = order.lines.get()
    handling.send(order, {line.pk: 2}, by=None)
    handling.finish(order, by=None)
    cancelled = order_in(language, **columns)
    handling.cancel(cancelled)
    found = [*letters_of(order), letters_of(cancelled)[-1]]
    return dict(zip(("placed", "corrected", "confirmed", "sent", "finished", "cancelled"), found, strict=True))


@pytest.mark.parametrize("delivery", ["post", "pick_up"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_has_text_and_html_in_the_language_of_the_order(language, delivery):
    letters = all_letters(language, delivery=delivery)
    assert set(letters) == set(NAMES)
    for name, letter in letters.items():
        assert letter.language == language
        assert letter.text.startswith(said(language, "Hello,")), name
        assert f'<html lang="{language}">' in letter.html
        assert faults(letter.html) == [], name
        assert letter.reply_to == "staff@example.org"
        # Templates are written as they are printed: no gaps, no tags left over, nothing escaped.
        assert not re.search(r"\n{3}|[{}]|&\w+;|&#", letter.text), f"{name}: {letter.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_names_stand_in_text_as_they_are_and_in_html_harmless(language):
    letters = all_letters(language)
    for name in ("placed", "confirmed", "sent", "finished", "cancelled"):
        assert "L’exil & “nous” <i>" in letters[name].text
        assert "L’exil &amp; “nous” &lt;i&gt;" in letters[name].html
    for name in ("placed", "confirmed", "corrected"):
        assert "École “Dupont & fils” <b>" in letters[name].text
        assert "<b>" not in letters[name].html


def test_a_subject_says_the_number_and_nobodys_name():
    for language in LANGUAGES:
        for letter in all_letters(language).values():
            assert re.search(r"\d{4}-\d{4}", letter.subject)
            assert not [word for word in PERSONAL if word in letter.subject]
            assert not [word for word in PERSONAL if word in letter.purpose]


def test_the_link_stands_alone_on_its_line_where_the_order_can_be_followed():
    order = order_in("nl")
    handling.confirm(order, by=None)
    for letter in letters_of(order):
        assert link_of(order) in letter.text.splitlines()
        assert link_of(order) in letter.html
        assert "/nl/bestellen/volgen/" in letter.text


def test_what_was_sent_and_what_is_to_come_is_counted():
    order = order_in("fr")
    line = order.lines.get()
    handling.send(order, {line.pk: 2}, by=None)
    handling.send(order, {line.pk: 3}, by=None)
    part, rest = letters_of(order)[1:]
    to_come = said("fr", "Still to come, in another parcel:")
    complete = said("fr", "With this your order is complete.")
    assert [to_come in part.text, complete in part.text] == [True, False]
    assert [to_come in rest.text, complete in rest.text] == [False, True]
    assert re.findall(r"^- (\d+) ×", part.text, re.MULTILINE) == ["2", "3"]
    assert re.findall(r"^- (\d+) ×", rest.text, re.MULTILINE) == ["3"]


def test_what_is_picked_up_is_ready_and_not_on_its_way():
    order = order_in("fr", delivery="pick_up")
    handling.send(order, {order.lines.get().pk: 5}, by=None)
    letter = letters_of(order)[-1]
    assert letter.subject == said("fr", "Your order %(number)s is ready", number=order.reference)
    assert "Exemple 1" not in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_paid_is_said_and_so_is_that_nothing_is(language):
    free, paid = order_in(language), order_in(language, offer={"price_others": "2.50"})
    assert said(language, "There is nothing to pay.") in letters_of(free)[0].text
    letter = letters_of(paid)[0]
    assert "12,50" in letter.text
    assert "12,50" in letter.html


def test_whoever_is_cancelled_is_told_by_whom():
    by_staff, by_reader = order_in("fr"), order_in("fr")
    handling.cancel(by_staff, by=make_staff())
    handling.cancel(by_reader)
    texts = [letters_of(order)[-1].text for order in (by_staff, by_reader)]
    assert texts[0] != texts[1].replace(by_reader.reference, by_staff.reference)


def test_staff_are_told_the_number_and_where_to_look_and_no_name():
    order = order_in("nl")
    handling.correct_contact(order, {"street": "rue de l’Exemple 1"})
    handling.cancel(order)
    letters = letters_of(order, to="staff@example.org")
    assert len(letters) == 3
    for letter in letters:
        assert letter.language == "fr"
        assert order.reference in letter.subject
        assert f"/admin/orders/order/{order.pk}/change/" in letter.text
        assert f"/admin/orders/order/{order.pk}/change/" in letter.html
        assert faults(letter.html) == []
        assert not [word for word in PERSONAL if word in letter.subject + letter.text + letter.html]


def test_a_corrected_address_is_written_to_the_address_that_is_right_now():
    order = order_in("fr")
    handling.correct_contact(order, {"email": "right@example.org"})
    assert OutboxMessage.objects.filter(about=order.mail_about, to="right@example.org").count() == 1
    assert Order.objects.get(pk=order.pk).status == Status.NEW
