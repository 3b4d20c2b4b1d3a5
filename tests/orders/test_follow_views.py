"""Behind the link of an order: thanks, how far it is, correcting the address, cancelling; and nobody else's order."""

import datetime
import time

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from intake.models import OutboxMessage
from orders import handling
from orders.erasing import anonymise
from orders.following import token_of
from orders.handling import digest_of
from orders.models import Offer, Order, Status
from tests.admin.desk import make_superuser
from tests.makers import DAY, make_edition, make_offer, make_order, make_publication
from tests.orders.buying import error_at, errors_above, page_of, ticket, value_of
from tests.pages import LANGUAGES, Page, address, faults

pytestmark = pytest.mark.django_db

PAGES = ("done", "follow", "correct", "cancel")
PERSON = {
    "organisation": "École du Toit",
    "name": "Zoé Secret",
    "email": "zoe@example.org",
    "street": "rue de l’Exemple 1",
    "postcode": "1030",
    "locality": "Schaerbeek",
}


def said(language, text):
    with override(language):
        return " ".join(gettext(text).split())


def order_of(wishes=None, **columns):
    offer = make_offer(make_edition(make_publication(), title="Guide du toit"))
    return make_order(wishes or {offer: 5}, requester=PERSON, **columns)


def form_of(order, name):
    """Return what a browser sends of the form on a page of an order, as it comes."""
    if name == "cancel":
        return {"ticket": ticket(f"CancelForm:{order.pk}"), "homepage": ""}
    seen = digest_of(order.requester)
    return {"ticket": ticket(f"CorrectForm:{order.pk}"), "homepage": "", "phone": "", "seen": seen, **PERSON}


def answer(client, order, name, language="fr", /, **changes):
    return client.post(page_of(order, name, language), {**form_of(order, name), **changes})


def table(page):
    """The cells of the lines of an order."""
    (body,) = page.elements("tbody")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("th", "td")] for row in body]


# --- Thanks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_thanks_say_the_number_what_was_ordered_for_whom_and_what_comes_next(client, language):
    order = order_of(language=language)
    page = Page(client.get(page_of(order, "done", language)))
    assert order.reference in page.text
    assert "Guide du toit" in page.text
    assert "zoe@example.org" in page.text
    assert "rue de l’Exemple 1" in page.text
    assert page_of(order, "follow", language) in page.hrefs()
    assert said(language, "We pack it and write to you when it leaves.") in page.text


def test_the_thanks_for_what_is_picked_up_name_no_parcel(client):
    order = order_of(delivery="pick_up")
    page = Page(client.get(page_of(order, "done")))
    assert said("fr", "We pack it and write to you when it leaves.") not in page.text
    assert said("fr", "We get it ready and write to you when you can pick it up.") in page.text


# --- Following ---------------------------------------------------------------------------------------------------


def steps(page):
    """The steps that an order has come through, newest first."""
    (found,) = [item for item in page.elements("ol") if item.get("class") == "steps"]
    return [" ".join("".join(step.itertext()).split()) for step in found if step.tag == "li"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ("post", ("%(count)s copy has left.", "%(count)s copies have left.")),
        ("pick_up", ("%(count)s copy is ready at our office.", "%(count)s copies are ready at our office.")),
    ],
)
def test_each_step_is_said_in_words_with_its_day(client, language, delivery, words):
    order = order_of(language=language, delivery=delivery, created_at=timezone.now() - 3 * DAY)
    order.changes.update(at=timezone.now() - 3 * DAY)
    handling.confirm(order, by=None)
    handling.prepare(order, by=None)
    line = order.lines.get()
    for number in (2, 3):
        handling.send(order, {line.pk: number}, by=None)
    found = steps(Page(client.get(page_of(order, "follow", language))))
    assert len(found) == 5
    assert said(language, "We have your order.") in found[-1]
    ordered_on = timezone.localdate(timezone.now() - 3 * DAY)
    assert str(ordered_on.year) in found[-1]
    assert found[-1].startswith(str(ordered_on.day))
    with override(language):
        left = [" ".join((ngettext(*words, count) % {"count": count}).split()) for count in (2, 3)]
    assert left[0] in found[1]
    assert left[1] in found[0]
    # Complete is only the last of them.
    assert said(language, "%(done)s Your order is complete.").replace("%(done)s", left[1]) in found[0]


def test_the_lines_say_what_was_sent_and_what_is_to_come(client):
    order = order_of()
    line = order.lines.get()
    handling.send(order, {line.pk: 2}, by=None)
    (cells,) = table(Page(client.get(page_of(order, "follow"))))
    assert [cell.split()[-1] for cell in cells[1:]] == ["5", "2", "3"]
    handling.finish(order, by=None)
    page = Page(client.get(page_of(order, "follow")))
    (cells,) = table(page)
    assert [cell.split()[-1] for cell in cells[1:]] == ["5", "2", "0"]
    assert said("fr", "The rest will not come.") in steps(page)[0]


@pytest.mark.parametrize(
    ("status", "ways"),
    [
        (Status.NEW, {"correct", "cancel"}),
        (Status.CONFIRMED, {"cancel"}),
        (Status.PREPARING, set()),
        (Status.PARTLY_SENT, set()),
        (Status.SENT, set()),
        (Status.CANCELLED, set()),
    ],
)
def test_what_can_still_be_changed_is_offered_and_nothing_else(client, status, ways):
    order = order_of(status=status)
    hrefs = Page(client.get(page_of(order, "follow"))).hrefs()
    assert {name for name in ("correct", "cancel") if page_of(order, name) in hrefs} == ways
    for name in ("correct", "cancel"):
        page = Page(client.get(page_of(order, name)))
        assert bool(list(page.elements("form", method="post"))) == (name in ways)
        late = "This order is cancelled already." if status == Status.CANCELLED else "It is too late to do this here."
        assert (said("fr", late) in page.text) == (name not in ways)


# --- Correcting --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_is_corrected_while_the_order_is_new(client, language):
    order = order_of(language=language)
    page = Page(client.get(page_of(order, "correct", language)))
    for name, value in PERSON.items():
        assert value_of(page, name) == value
    response = answer(client, order, "correct", language, street="rue Juste 2", postcode="1050", locality="")
    assert response.headers["Location"] == page_of(order, "follow", language)
    order = Order.objects.get()
    requester = order.requester
    assert (requester.street, requester.postcode, requester.name) == ("rue Juste 2", "1050", "Zoé Secret")
    assert requester.locality == {"fr": "Ixelles", "nl": "Elsene"}[language]
    assert order.commune == "21009"
    assert "rue Juste 2" in Page(client.get(page_of(order, "follow", language))).text
    assert OutboxMessage.objects.filter(about=order.mail_about).count() == 4


def test_the_form_may_be_sent_as_soon_as_it_is_read(client):
    order = order_of()
    for name in ("correct", "cancel"):
        page = Page(client.get(page_of(order, name)))
        fields = {**form_of(order, name), "ticket": value_of(page, "ticket")}
        assert client.post(page_of(order, name), fields).status_code == 302


def test_what_is_picked_up_has_no_address_to_correct(client):
    order = order_of(delivery="pick_up")
    page = Page(client.get(page_of(order, "correct")))
    assert not list(page.elements("input", name="street"))
    assert answer(client, order, "correct", name="Autre").status_code == 302
    requester = Order.objects.get().requester
    assert (requester.name, requester.street) == ("Autre", PERSON["street"])


@pytest.mark.parametrize(
    ("name", "written"),
    [("email", "x"), ("street", ""), ("street", "🙂" * 5000), ("postcode", "75001"), ("name", ""), ("phone", "abc")],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_is_told_beside_it_and_nothing_is_lost(client, name, written, language):
    order = order_of()
    page = Page(answer(client, order, "correct", language, **{name: written}))
    assert list(errors_above(page)) == [name]
    assert error_at(page, name)
    for other, value in PERSON.items():
        assert value_of(page, other) == (written if other == name else value)
    assert faults(page.html) == []
    assert Order.objects.get().requester.street == PERSON["street"]
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_staff_corrected_meanwhile_is_shown_and_not_lost(client, language):
    order = order_of(language=language)
    fields = {**form_of(order, "correct"), "organisation": "Classe verte"}
    handling.correct_contact(order, {"street": "rue Appelée 7"}, by=make_superuser())
    page = Page(client.post(page_of(order, "correct", language), fields), 409)
    assert Order.objects.get().requester.street == "rue Appelée 7"
    assert "rue Appelée 7" in page.text
    assert value_of(page, "organisation") == "Classe verte"
    assert value_of(page, "street") == PERSON["street"]
    # Sent once more it has seen it.
    again = {**fields, "seen": value_of(page, "seen"), "street": "rue Appelée 7"}
    assert client.post(page_of(order, "correct", language), again).status_code == 302
    requester = Order.objects.get().requester
    assert (requester.organisation, requester.street) == ("Classe verte", "rue Appelée 7")


def test_more_than_the_contact_is_not_changed_by_a_forged_form(client):
    order = order_of()
    more = {"requester_kind": "school", "status": "sent", "note": "x", "email_key": "other", "order": "99"}
    answer(client, order, "correct", **more)
    order = Order.objects.get()
    requester = order.requester
    assert (order.requester_kind, order.status, requester.note) == ("person", "new", "")
    assert requester.email_key == "zoe@example.org"


# --- Cancelling --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_is_cancelled_after_a_question(client, language):
    order = order_of(language=language)
    client.get(page_of(order, "cancel", language))
    assert Order.objects.get().status == Status.NEW
    response = answer(client, order, "cancel", language)
    assert response.headers["Location"] == page_of(order, "follow", language)
    assert Order.objects.get().status == Status.CANCELLED
    assert Offer.objects.get().reserved == 0
    text = Page(client.get(page_of(order, "follow", language))).text
    assert said(language, "It is cancelled: nothing of it comes, and there is nothing to pay.") in text


def test_cancelling_twice_is_cancelling_once(client):
    order = order_of()
    form = form_of(order, "cancel")
    first, second = (client.post(page_of(order, "cancel"), form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert order.changes.filter(status=Status.CANCELLED).count() == 1


@pytest.mark.parametrize("name", ["correct", "cancel"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_moved_on_meanwhile_is_not_changed_and_it_is_said(client, name, language):
    order = order_of()
    Page(client.get(page_of(order, name, language)))
    handling.prepare(order, by=None)
    page = Page(answer(client, order, name, language, **({"street": "Ailleurs 9"} if name == "correct" else {})), 409)
    assert said(language, "It is too late to do this here.") in page.text
    assert "mailto:staff@example.org" in page.hrefs()
    assert not list(page.elements("form", method="post"))
    order = Order.objects.get()
    assert (order.status, order.requester.street) == (Status.PREPARING, PERSON["street"])


def test_a_second_tab_is_told_that_the_order_is_cancelled_already(client):
    order = order_of()
    handling.cancel(order)
    for name in ("correct", "cancel"):
        page = Page(client.get(page_of(order, name)))
        assert said("fr", "This order is cancelled already.") in page.text
        assert said("fr", "We have already begun with the order.") not in page.text


def test_a_corrected_postcode_brings_its_own_place_along(client):
    order = order_of()
    assert answer(client, order, "correct", street="Veldstraat 1", postcode="9000").status_code == 302
    assert Order.objects.get().requester.locality == "Gand"


# --- Nobody else's -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_link_that_is_not_ours_leads_nowhere(client, name):
    order, other = order_of(), order_of()
    key, signature = token_of(order).split(".")
    other_key, other_signature = token_of(other).split(".")
    tokens = [
        f"{key}.{other_signature}",
        f"{other_key}.{signature}",
        f"{key}.{signature[:-1]}",
        f"{key}.{signature}x",
        f"{key}.",
        key,
        str(order.pk),
        order.reference,
        "x" * 5000,
        "\x00",
        "é",
    ]
    for token in tokens:
        path = address(f"orders:{name}", "fr", token=token)
        assert client.get(path).status_code == 404, token
        if name in ("correct", "cancel"):
            assert client.post(path, form_of(order, name)).status_code == 404, token
    assert set(Order.objects.values_list("status", flat=True)) == {Status.NEW}


@pytest.mark.parametrize("name", ["correct", "cancel"])
def test_the_form_of_one_order_changes_no_other(client, name):
    order, other = order_of(), order_of()
    fields = {**form_of(order, name), "street": "Ailleurs 9"}
    assert client.post(page_of(other, name), fields).status_code == 200
    assert set(Order.objects.values_list("status", "requester__street")) == {(Status.NEW, PERSON["street"])}


@pytest.mark.parametrize("name", PAGES)
def test_an_order_that_was_made_anonymous_is_not_found(client, name):
    order = order_of(status=Status.SENT)
    path = page_of(order, name)
    assert client.get(path).status_code == 200
    anonymise(order)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_keeps_these_pages_finds_them_or_learns_their_address(client, name, language):
    order = order_of()
    response = client.get(page_of(order, name, language))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "same-origin"
    page = Page(response)
    assert faults(page.html) == []
    # Of the page itself: the feed of everything new is named everywhere.
    links = [link for link in page.tree.iter("link") if link.get("rel") == "canonical" or link.get("hreflang")]
    assert links == []
    assert "og:url" not in page.html
    # The other language is a link away all the same.
    other = next(code for code in LANGUAGES if code != language)
    assert page_of(order, name, other) in [link.get("href") for link in page.elements("a", hreflang=other)]
    assert token_of(order) not in page.title


@pytest.mark.parametrize("name", ["correct", "cancel"])
def test_a_form_from_elsewhere_changes_nothing(name):
    order = order_of()
    response = Client(enforce_csrf_checks=True).post(page_of(order, name), form_of(order, name))
    assert response.status_code == 403
    assert Order.objects.get().status == Status.NEW


def test_a_cold_day_of_change_is_said_in_belgian_time(client):
    order = order_of()
    order.changes.update(at=datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC))
    assert "2027" in steps(Page(client.get(page_of(order, "follow"))))[0]


# --- Another e-mail ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_another_e_mail_the_earlier_link_opens_nothing_and_the_reader_is_led_to_the_new_one(client, language):
    order = order_of(language=language)
    earlier = {name: page_of(order, name, language) for name in PAGES}
    response = answer(client, order, "correct", language, email="right@example.org")
    order = Order.objects.get()
    assert response.headers["Location"] == page_of(order, "follow", language) != earlier["follow"]
    assert client.get(response.headers["Location"]).status_code == 200
    for path in earlier.values():
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_tap_that_comes_after_another_e_mail_is_led_to_the_new_link_too(client, monkeypatch, language):
    order = order_of(language=language)
    path, sent = page_of(order, "correct", language), {**form_of(order, "correct"), "email": "right@example.org"}
    first, second = client.post(path, sent), client.post(path, sent)
    assert second.status_code == 302
    assert second.headers["Location"] == first.headers["Location"] == page_of(Order.objects.get(), "follow", language)
    # Nobody else learns the new link by the earlier one: not without the ticket, nor without all that was typed.
    for other in (ticket(f"CorrectForm:{order.pk}"), ticket(f"CancelForm:{order.pk}"), "", "x" * 500):
        assert client.post(path, {**sent, "ticket": other}).status_code == 404
    assert client.post(path, {"ticket": sent["ticket"]}).status_code == 404
    assert client.post(path, {**sent, "street": "rue Autre 1"}).status_code == 404
    assert client.get(path).status_code == 404
    later = time.time() + 25 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.post(path, sent).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_much_for_another_e_mail_is_said_beside_it_and_tells_nothing_of_theirs(client, language):
    offer = make_offer(stock_of=50, most_per_order=5, most_per_requester=5, period_days=365)
    make_order({offer: 4}, requester={"email": "rich@example.org"})
    order = order_of({offer: 4}, language=language)
    page = Page(answer(client, order, "correct", language, email="rich@example.org"))
    words = said(language, "With this e-mail address more was ordered than one person may have. Write to us.")
    assert error_at(page, "email") == words
    assert value_of(page, "email") == "rich@example.org"
    assert Order.objects.get(pk=order.pk).requester.email == PERSON["email"]


# --- What is to be paid ------------------------------------------------------------------------------------------


def paid_order(**columns):
    return order_of({make_offer(stock_of=50, price_others=2): 6}, delivery="pick_up", **columns)


def test_after_the_rest_was_dropped_the_page_and_the_letter_say_what_is_still_owed(client):
    order = paid_order()
    handling.send(order, {order.lines.get().pk: 1}, by=None)
    assert "12,00 €" in Page(client.get(page_of(order, "follow"))).text
    handling.finish(order, by=None)
    for name in ("follow", "done"):
        text = Page(client.get(page_of(order, name))).text
        assert "2,00 €" in text
        assert "12,00 €" not in text
    letter = OutboxMessage.objects.filter(to=PERSON["email"]).latest("pk")
    assert "2,00 €" in " ".join(letter.text.split())


def test_a_cancelled_order_costs_nothing(client):
    order = paid_order(status=Status.CANCELLED)
    for name in ("follow", "done"):
        text = Page(client.get(page_of(order, name))).text
        assert "€" not in text
        assert said("fr", "There is nothing to pay.") in text
