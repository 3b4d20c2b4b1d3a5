"""The Orders desk: the queue, the page of an order, each of its buttons; nobody else sees any of it."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from intake.models import PAUSES, OutboxMessage
from orders import handling
from orders.admin_orders import OrderAdmin
from orders.erasing import anonymise
from orders.handling import digest_of
from orders.models import CONTACT, Order, Status
from tests.admin.desk import Sheet, make_superuser, signed_in, url, verified
from tests.makers import make_offer, make_order, make_staff

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/order/"
FIND = "/admin/orders/order/find/"
PRIVATE = ("Dominique", "dominique@example.org", "rue de l’Exemple")


@pytest.fixture
def staff():
    return make_staff("Orders desk")


@pytest.fixture
def client(staff):
    return verified(staff)


def page_of(client, order):
    return Sheet(client.get(url(Order, "change", order.pk)))


def press(client, order, button, **more):
    """Press a button on the page of an order; returns the page that follows."""
    return Sheet(client.post(url(Order, "change", order.pk), {"do": button, **more}, follow=True))


def parcel(order, *copies, after=None):
    """Return the fields of "these leave now", one number a line."""
    lines = list(order.lines.order_by("pk"))
    sent = sum(line.sent for line in lines)
    numbers = {f"line-{line.pk}": number for line, number in zip(lines, copies, strict=True)}
    return {"after": sent if after is None else after, **numbers}


def status_of(order):
    return Order.objects.get(pk=order.pk).status


def order_of_two(**columns):
    """Make an order of 6 copies of one title and 4 of another."""
    return make_order({make_offer(): 6, make_offer(): 4}, **columns)


def days_ago(number):
    return timezone.now() - datetime.timedelta(days=number)


# --- Who sees it


def addresses_of(order):
    pk = order.pk
    sent = order.changes.filter(copies__gt=0).first()
    offer = order.lines.first().offer_id
    return [
        *(LIST, FIND, url(Order, "change", pk), url(Order, "history", pk), url(Order, "correct", pk)),
        *(f"{LIST}paper/{kind}/?orders={pk}" for kind in ("pick-list", "labels", "slips")),
        *(f"{LIST}paper/{kind}/pdf/?orders={pk}" for kind in ("pick-list", "labels", "slips")),
        *(url(Order, "parcel", pk, sent.pk), url(Order, "parcel_pdf", pk, sent.pk)),
        *(f"{LIST}figures/", f"{LIST}figures/csv/", f"{LIST}export/", f"{LIST}export/whole/csv/"),
        *("/admin/orders/offer/", "/admin/orders/offer/add/", f"/admin/orders/offer/{offer}/change/"),
        *(f"/admin/orders/offer/{offer}/stock/", "/admin/orders/postagerate/", "/admin/orders/postagerate/add/"),
    ]


def test_nobody_else_opens_any_address_of_it_and_the_desk_opens_all(staff, client):
    order = make_order(status=Status.PARTLY_SENT)
    strangers = {
        "a publisher": verified(make_staff("Publishers", "Editors", "Translators")),
        "a member of the desk with a password alone": signed_in(staff),
        "a superuser with a password alone": signed_in(make_superuser()),
    }
    for address in addresses_of(order):
        assert client.get(address).status_code == 200, address
        for who, stranger in strangers.items():
            response = stranger.get(address)
            assert response.status_code in (302, 403), (address, who)
            assert not any(word in response.content.decode() for word in PRIVATE), (address, who)


def test_the_desk_sees_orders_and_nothing_else(client):
    page = Sheet(client.get("/admin/"))
    inside = {href for href in page.hrefs if href.startswith("/admin/") and href.count("/") > 3}
    rooms = {href.split("/")[2] for href in inside} - {"second-factor", "password_change", "logout"}
    assert rooms == {"orders"}
    # Texts wait for others.
    with override("fr"):
        assert gettext("Drafts") not in page.text
        assert gettext("Drafts") in Sheet(signed_in(make_staff("Publishers")).get("/admin/")).text
    for other in ("publications/publication", "addresses/address", "accounts/user", "intake/outboxmessage"):
        assert client.get(f"/admin/{other}/").status_code == 403


@pytest.mark.parametrize("button", ["confirm", "prepare", "send", "cancel", "finish", "retry"])
def test_a_stranger_presses_no_button(button):
    order = make_order()
    response = verified(make_staff("Publishers")).post(url(Order, "change", order.pk), {"do": button, "sure": "1"})
    assert response.status_code == 403
    assert status_of(order) == Status.NEW


def test_an_order_is_neither_made_nor_deleted_here(client):
    order = make_order()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(url(Order, "delete", order.pk), {"post": "yes"}).status_code == 403
    assert Order.objects.filter(pk=order.pk).exists()


def test_an_order_that_is_not_there_is_not_found(client):
    for number in ("999", "none", "9" * 30, "%00"):
        assert client.get(f"{LIST}{number}/change/").status_code == 404


# --- The queue


def numbers_in(sheet):
    return [row[1] for row in sheet.rows()]


def test_the_queue_holds_what_waits_the_oldest_first(client):
    young, old = make_order(), make_order(created_at=days_ago(9), status=Status.CONFIRMED)
    make_order(status=Status.SENT)
    make_order(status=Status.CANCELLED)
    page = Sheet(client.get(LIST))
    assert numbers_in(page) == [old.reference, young.reference]
    assert page.rows()[0][2].startswith("9 ")


def test_only_what_waits_for_too_long_is_late(client):
    late, fresh = make_order(created_at=days_ago(6)), make_order(created_at=days_ago(4))
    rows = {row[1]: row for row in Sheet(client.get(LIST)).rows()}
    marked = Sheet(client.get(LIST)).with_class("late")
    assert len(marked) == 1
    assert set(rows) == {late.reference, fresh.reference}


@pytest.mark.parametrize("status", Status)
def test_each_state_has_a_list_of_its_own(client, status):
    orders = {each: make_order(status=each) for each in Status}
    assert numbers_in(Sheet(client.get(f"{LIST}?state={status}"))) == [orders[status].reference]


def test_the_states_say_how_many_there_are(client):
    for status in (Status.NEW, Status.NEW, Status.CONFIRMED, Status.SENT):
        make_order(status=status)
    (states,) = Sheet(client.get(LIST)).with_class("states")
    counts = [int(number.text) for number in states.iter("b")]
    assert counts == [3, 2, 1, 0, 0, 1, 0, 4]


def test_a_state_that_is_none_shows_what_waits(client):
    order = make_order()
    make_order(status=Status.SENT)
    for value in ("x", "", "%00", "9" * 300):
        assert numbers_in(Sheet(client.get(f"{LIST}?state={value}", follow=True))) == [order.reference]


def test_the_queue_takes_as_many_queries_for_ten_orders_as_for_one(client, django_assert_num_queries):
    make_order()
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _number in range(9):
        order_of_two()
    with django_assert_num_queries(len(one)):
        client.get(LIST)


def test_the_start_page_says_what_waits(client):
    order = make_order(created_at=days_ago(3))
    make_order(status=Status.SENT)
    page = Sheet(client.get("/admin/"))
    assert url(Order, "change", order.pk) in page.hrefs
    assert sum(href.startswith(LIST) and href.endswith("change/") for href in page.hrefs) == 1


def test_several_orders_are_confirmed_at_once_and_those_that_cannot_be_are_named(client):
    new, sent = make_order(), make_order(status=Status.SENT)
    data = {"action": "confirm_them", "_selected_action": [new.pk, sent.pk]}
    page = Sheet(client.post(f"{LIST}?state=all", data, follow=True))
    assert status_of(new) == Status.CONFIRMED
    assert status_of(sent) == Status.SENT
    assert sent.reference in page.messages
    assert new.reference not in page.messages


@pytest.mark.parametrize("state", ["open", "new", "all"])
def test_a_step_of_several_orders_says_of_how_many_however_the_list_was_filtered(client, state):
    orders = [make_order(), make_order()]
    data = {"action": "confirm_them", "_selected_action": [order.pk for order in orders]}
    page = Sheet(client.post(f"{LIST}?state={state}", data, follow=True))
    assert {status_of(order) for order in orders} == {Status.CONFIRMED}
    with override("fr"):
        assert ngettext("Done for %(count)s order.", "Done for %(count)s orders.", 2) % {"count": 2} in page.messages


@pytest.mark.parametrize("button", ["confirm", "cancel", "send", "correct"])
def test_what_cannot_be_noted_in_the_log_is_not_done(client, button, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(OrderAdmin, "log_change", fail)
    order = make_order()
    mails = OutboxMessage.objects.count()
    with pytest.raises(RuntimeError):
        if button == "correct":
            correct(client, order, locality="Schaarbeek")
        else:
            press(client, order, button, sure="1", **parcel(order, 5))
    assert status_of(order) == Status.NEW
    assert Order.objects.get(pk=order.pk).requester.locality == "Schaerbeek"
    assert OutboxMessage.objects.count() == mails


@pytest.mark.parametrize("where", [LIST, "/admin/orders/offer/", "/admin/orders/postagerate/"])
@pytest.mark.parametrize("query", ["q=%00", "delivery__exact=%00", "p=x", "o=%00", "e=1", "id__in=" + "9," * 2000])
def test_a_list_that_cannot_be_is_no_fault(client, where, query):
    make_order()
    assert client.get(f"{where}?{query}", follow=True).status_code in (200, 400)


# --- Finding


@pytest.mark.parametrize("spoken", ["{0}", "{1}", "{2}", "  {0} "])
def test_an_order_is_found_by_its_number_however_it_is_read_out(client, spoken):
    order = make_order(status=Status.SENT)
    make_order()
    digits = order.reference.replace("-", "")
    words = spoken.format(order.reference, digits, " ".join(digits))
    response = client.post(FIND, {"words": words})
    assert response.headers["Location"] == url(Order, "change", order.pk)


@pytest.mark.parametrize("words", ["dubois", "Zoé Dubois", "ZOE@example.org", "4000", "liège", "asbl"])
def test_orders_are_found_by_what_is_said_about_whoever_ordered(client, words):
    requester = {"name": "Zoé Dubois", "email": "zoe@example.org", "organisation": "Toit ASBL"}
    address = {"postcode": "4000", "locality": "Liège"}
    found = [make_order(requester={**requester, **address}) for _number in range(2)]
    other = make_order()
    page = Sheet(client.post(FIND, {"words": words}))
    assert all(order.reference in page.text for order in found)
    assert other.reference not in page.text


@pytest.mark.parametrize("words", ["", "x" * 101, "a\x00b", "nobody at all", "9999-9999", "²"])
def test_what_fits_no_order_is_answered_in_words(client, words):
    order = make_order()
    response = client.post(FIND, {"words": words})
    assert response.status_code == 200
    assert order.reference not in response.content.decode()


def test_nobody_is_looked_for_in_an_address(client):
    """Addresses are kept by browsers and servers; a name in one is not even read."""
    order = make_order(requester={"name": "Zoé Dubois"})
    make_order()
    assert order.reference not in Sheet(client.get(f"{FIND}?words=dubois")).text
    assert "name=q" not in client.get(LIST).content.decode().replace('"', "")


# --- The page of an order


def test_the_page_says_what_is_needed_to_pack_and_to_call(client):
    order = make_order(requester={"phone": "02 000 00 00", "note": "Avant 15 h", "organisation": "École de l’Exemple"})
    page = page_of(client, order)
    for words in (*PRIVATE, "École de l’Exemple", "1030 Schaerbeek", "02 000 00 00", "Avant 15 h", order.reference):
        assert words in page.text
    assert "mailto:dominique@example.org?subject=" + order.reference in page.hrefs


def test_confirming_tells_whoever_ordered_and_is_noted_without_a_name(client, staff):
    order = make_order()
    press(client, order, "confirm")
    assert status_of(order) == Status.CONFIRMED
    assert order.changes.last().by == staff
    assert OutboxMessage.objects.filter(about=order.mail_about, purpose="An order is confirmed").count() == 1
    entry = LogEntry.objects.get()
    assert entry.object_repr == order.reference
    assert not any(word in entry.change_message for word in PRIVATE)


def test_half_of_an_order_is_sent_then_the_rest(client):
    order = order_of_two()
    press(client, order, "send", **parcel(order, 6, 1))
    assert status_of(order) == Status.PARTLY_SENT
    assert [line.sent for line in order.lines.order_by("pk")] == [6, 1]
    page = page_of(client, order)
    boxes = [field for field in page.tree.iter("input") if (field.get("name") or "").startswith("line-")]
    assert [box.get("value") for box in boxes] == ["3"]
    press(client, order, "send", **parcel(order, 0, 3))
    assert status_of(order) == Status.SENT
    assert [line.offer.on_hand for line in order.lines.order_by("pk")] == [94, 96]


def test_the_box_of_a_whole_line_is_filled_in(client):
    order = make_order()
    page = page_of(client, order)
    (box,) = [field for field in page.tree.iter("input") if (field.get("name") or "").startswith("line-")]
    assert box.get("value") == box.get("max") == "5"


def test_the_same_parcel_sent_by_a_double_click_leaves_once(client):
    order = order_of_two()
    data = parcel(order, 3, 0)
    press(client, order, "send", **data)
    page = press(client, order, "send", **data)
    assert [line.sent for line in order.lines.order_by("pk")] == [3, 0]
    assert OutboxMessage.objects.filter(about=order.mail_about, purpose="An order was sent").count() == 1
    assert page.messages


@pytest.mark.parametrize("copies", [("0", "0"), ("7", "0"), ("-1", "4"), ("1.5", "0"), ("x", "0"), ("9" * 40, "0")])
def test_copies_that_cannot_be_sent_come_back_with_a_word_about_them(client, copies):
    order = order_of_two()
    page = press(client, order, "send", **parcel(order, *copies))
    assert page.errors
    assert status_of(order) == Status.NEW
    boxes = [field.get("value") for field in page.tree.iter("input") if (field.get("name") or "").startswith("line-")]
    assert boxes == list(copies)


@pytest.mark.parametrize("after", ["", "x", "-1", "99", "\x00"])
def test_a_page_that_does_not_know_what_left_before_sends_nothing(client, after):
    order = order_of_two()
    page = press(client, order, "send", **parcel(order, 1, 0, after=after))
    assert page.messages
    assert status_of(order) == Status.NEW


def test_an_empty_box_is_none_of_that_title(client):
    order = order_of_two()
    press(client, order, "send", **parcel(order, "", 4))
    assert [line.sent for line in order.lines.order_by("pk")] == [0, 4]


@pytest.mark.parametrize(
    ("status", "button", "leads_to"),
    [(Status.CONFIRMED, "cancel", Status.CANCELLED), (Status.PARTLY_SENT, "finish", Status.SENT)],
)
def test_what_cannot_be_undone_is_asked_about_once_more(client, status, button, leads_to):
    order = make_order(status=status)
    asked = press(client, order, button)
    assert status_of(order) == status
    assert asked.with_class("conflict")
    press(client, order, button, sure="1")
    assert status_of(order) == leads_to
    line = order.lines.get()
    assert line.to_send == 0
    assert line.offer.reserved == 0


def test_of_two_who_deal_with_an_order_the_second_is_told(client):
    order = make_order()
    handling.cancel(order)
    for button, more in (("confirm", {}), ("send", parcel(order, 5)), ("cancel", {"sure": "1"})):
        page = press(client, order, button, **more)
        assert page.messages, button
    assert status_of(order) == Status.CANCELLED


@pytest.mark.parametrize("status", Status)
def test_a_button_is_there_just_where_it_works(client, status):
    order = make_order(status=status)
    page = page_of(client, order)
    offered = {button.get("value") for button in page.tree.iter("button") if button.get("name") == "do"}
    expected = {
        Status.NEW: {"confirm", "prepare", "cancel", "send"},
        Status.CONFIRMED: {"prepare", "cancel", "send"},
        Status.PREPARING: {"cancel", "send"},
        Status.PARTLY_SENT: {"finish", "send"},
        Status.SENT: set(),
        Status.CANCELLED: set(),
    }
    assert offered == expected[status]


def test_a_button_that_there_is_not_does_nothing(client):
    order = make_order()
    for button in ("", "delete", "\x00", "x" * 300):
        press(client, order, button)
    assert status_of(order) == Status.NEW


def test_history_says_who_did_what_and_leads_to_the_slip_of_each_parcel(client):
    staff = make_staff("Orders desk", first_name="Ana", last_name="Lopes")
    order = make_order()
    handling.send(order, {order.lines.get().pk: 2}, by=staff)
    page = page_of(client, order)
    assert "Ana Lopes" in page.text
    assert url(Order, "parcel", order.pk, order.changes.last().pk) in page.hrefs


def test_staff_see_which_e_mails_left_and_have_those_tried_again_that_were_given_up(client):
    order = make_order()
    mails = OutboxMessage.objects.filter(about=order.mail_about, to="dominique@example.org")
    assert "retry" not in page_of(client, order).html
    mails.update(failures=len(PAUSES) + 1)
    page = page_of(client, order)
    assert mails.get().state_text in page.text
    assert 'value="retry"' in page.html
    press(client, order, "retry")
    assert mails.get().failures == 0


def test_an_anonymous_order_says_so_and_keeps_its_lines(client):
    order = make_order(status=Status.SENT)
    anonymise(order)
    page = page_of(client, order)
    assert not any(word in page.html for word in PRIVATE)
    assert order.lines.get().title in page.text
    assert numbers_in(Sheet(client.get(f"{LIST}?state=all"))) == [order.reference]


# --- The address


def correct(client, order, **changes):
    requester = order.requester
    data = {name: getattr(requester, name) for name in CONTACT}
    return client.post(url(Order, "correct", order.pk), {**data, "seen": digest_of(requester), **changes})


@pytest.mark.parametrize("status", [Status.NEW, Status.PREPARING, Status.PARTLY_SENT])
def test_staff_correct_an_address_as_long_as_something_may_leave(client, status):
    order = make_order(status=status)
    assert correct(client, order, postcode="4000", locality="Liège").status_code == 302
    order = Order.objects.get(pk=order.pk)
    assert order.requester.locality == "Liège"
    assert order.commune == "62063"
    told = OutboxMessage.objects.filter(about=order.mail_about, purpose="The address of an order was corrected")
    assert [mail.to for mail in told] == ["dominique@example.org"]
    assert not any(word in LogEntry.objects.get().change_message for word in PRIVATE)


@pytest.mark.parametrize(
    "changes", [{"postcode": "0000"}, {"name": ""}, {"email": "a@b\nBcc: c@d.be"}, {"street": "x" * 5000}]
)
def test_an_address_that_is_none_comes_back_with_a_word_about_it(client, changes):
    order = make_order()
    response = correct(client, order, **changes)
    assert response.status_code == 200
    assert Sheet(response).errors
    assert Order.objects.get(pk=order.pk).requester.street == "rue de l’Exemple 1"


def test_a_form_that_was_open_while_the_reader_corrected_does_not_overwrite_that(client):
    order = make_order()
    seen = digest_of(order.requester)
    handling.correct_contact(order, {"street": "rue Juste 2"})
    response = correct(client, order, street="rue de l’Exemple 1", phone="02 000 00 00", seen=seen)
    page = Sheet(response)
    assert Order.objects.get(pk=order.pk).requester.street == "rue Juste 2"
    assert "rue Juste 2" in page.text
    fields = {field.get("name"): field.get("value") for field in page.tree.iter("input")}
    assert (fields["street"], fields["phone"]) == ("rue de l’Exemple 1", "02 000 00 00")
    again = correct(client, order, street="rue Juste 2", phone="02 000 00 00", seen=fields["seen"])
    assert again.status_code == 302
    assert Order.objects.get(pk=order.pk).requester.phone == "02 000 00 00"


def test_a_correction_sent_twice_is_one(client):
    order = make_order()
    seen = digest_of(order.requester)
    for _ in range(2):
        assert correct(client, order, street="rue Juste 2", seen=seen).status_code == 302
    told = OutboxMessage.objects.filter(about=order.mail_about, purpose="The address of an order was corrected")
    assert told.count() == 1


def test_an_address_with_signs_adds_nothing_to_the_mail_that_staff_write(client):
    order = make_order(requester={"email": "x?bcc=all&body=y@example.org"})
    (href,) = [href for href in page_of(client, order).hrefs if href.startswith("mailto:")]
    assert href == f"mailto:x%3Fbcc%3Dall%26body%3Dy@example.org?subject={order.reference}"


def test_the_address_of_what_has_left_stays(client):
    order = make_order(status=Status.SENT)
    assert correct(client, order, locality="Schaarbeek").status_code == 302
    assert Order.objects.get(pk=order.pk).requester.locality == "Schaerbeek"
    assert url(Order, "correct", order.pk) not in page_of(client, order).hrefs


def test_what_is_picked_up_has_no_address_to_correct(client):
    order = make_order(delivery="pick_up", requester={"street": "", "postcode": "", "locality": ""})
    page = Sheet(client.get(url(Order, "correct", order.pk)))
    names = {field.get("name") for field in page.tree.iter("input")}
    assert {"name", "email"} <= names
    assert not {"street", "postcode", "locality"} & names
