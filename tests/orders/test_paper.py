"""The papers of the desk: what to take from the shelf, where it goes, what lies in the parcel."""

import json
import subprocess

import pypdfium2
import pytest

from content import paper as printing
from orders import handling
from orders.erasing import anonymise
from orders.models import Delivery, Order, Status
from orders.paper import LABELS_ON_SHEET, Label, label_sheets, pick_list, slip_of_parcel, slip_to_pack
from tests.admin.desk import Sheet, url, verified
from tests.conftest import IN_CI
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff
from tests.pages import words

pytestmark = pytest.mark.django_db

PAPER = "/admin/orders/order/paper/"
MM = 72 / 25.4  # points
AT_OUR_OFFICE = {"delivery": Delivery.PICK_UP, "requester": {"street": "", "postcode": "", "locality": ""}}


@pytest.fixture
def client():
    return verified(make_staff("Orders desk"))


def offer_of(title, **columns):
    return make_offer(make_edition(make_publication(), title=title), **columns)


def papers(client, kind, *orders, more=""):
    chosen = "-".join(str(order.pk) for order in orders)
    return Sheet(client.get(f"{PAPER}{kind}/?orders={chosen}{more}"))


# --- The pick list


def test_a_title_stands_once_with_the_copies_of_all_orders():
    guide, cards = offer_of("Guide"), offer_of("Cartes")
    first, second = make_order({guide: 6, cards: 2}), make_order({guide: 4})
    cards_pick, guide_pick = pick_list([first, second])
    assert (guide_pick.line.title, guide_pick.copies) == ("Guide", 10)
    assert guide_pick.orders == [(first, 6), (second, 4)]
    assert (cards_pick.line.title, cards_pick.copies) == ("Cartes", 2)


def test_what_left_already_is_not_picked_again():
    order = make_order({offer_of("Guide"): 6, offer_of("Cartes"): 2})
    guide = order.lines.get(title="Guide")
    handling.send(order, {guide.pk: 6}, by=None)
    assert [pick.line.title for pick in pick_list([order])] == ["Cartes"]


def test_a_shelf_with_too_few_copies_says_so_before_somebody_walks_there(client):
    """It cannot be as long as the figures are right: a promise is never for more than there is."""
    offer = make_offer(stock_of=10)
    order = make_order({offer: 8})
    pick = pick_list([order])[0]
    assert pick.lacks == 0
    pick.line.offer.on_hand = 5
    assert pick.lacks == 3


def test_the_pick_list_of_chosen_orders_is_printed(client):
    first, second, other = make_order({offer_of("Guide"): 6}), make_order({offer_of("Cartes"): 2}), make_order()
    page = papers(client, "pick-list", first, second)
    (table,) = page.with_class("lines")
    assert [words(cell) for cell in page.with_class("now", table)] == ["2", "6"]
    assert first.reference in page.text
    assert second.reference in page.text
    assert other.reference not in page.text


# --- Labels


def test_a_label_holds_the_whole_address_and_the_number():
    order = make_order(requester={"organisation": "École"})
    (sheet,) = label_sheets([order])
    label = sheet[0][0]
    assert label.lines == ["École", "Dominique Exemple", "rue de l’Exemple 1", "1030 Schaerbeek"]
    assert label.reference == order.reference


@pytest.mark.parametrize(("used", "sheets"), [(0, 1), (21, 1), (22, 2), (23, 2)])
def test_labels_begin_where_the_sheet_still_has_some(used, sheets):
    orders = [make_order() for _number in range(3)]
    found = label_sheets(orders, used)
    assert len(found) == sheets
    assert all(len(sheet) * len(sheet[0]) == LABELS_ON_SHEET for sheet in found)
    flat = [label for sheet in found for row in sheet for label in row]
    assert [number for number, label in enumerate(flat) if label.lines] == [used, used + 1, used + 2]


def test_what_is_picked_up_has_no_label_but_is_named(client):
    order = make_order(**AT_OUR_OFFICE)
    page = papers(client, "labels", order)
    assert not page.with_class("label")
    assert order.reference in page.text


@pytest.mark.parametrize("used", ["-1", "24", "x", "9" * 40, "²", "%00"])
def test_a_sheet_that_cannot_be_begins_at_its_first_label(client, used):
    order = make_order()
    page = papers(client, "labels", order, more=f"&used={used}")
    assert page.response.status_code == 200
    assert len(page.with_class("label")) == 1


def test_the_longer_an_address_the_smaller_its_letters():
    lengths = [[20, 18, 20, 16], [30, 30, 30, 16], [36, 60, 36, 16], [120, 120, 160, 85]]
    sizes = [Label(["x" * number for number in numbers]).size for numbers in lengths]
    assert sizes == ["large", "medium", "small", "tiny"]


# --- Packing slips


def amounts(slip):
    return {row.line.title: (row.now, row.before, row.later) for row in slip.lines}


def test_the_slip_of_what_is_packed_holds_all_that_is_left():
    order = make_order({offer_of("Guide"): 6, offer_of("Cartes"): 2})
    assert amounts(slip_to_pack(order)) == {"Guide": (6, 0, 0), "Cartes": (2, 0, 0)}
    handling.send(order, {order.lines.get(title="Guide").pk: 4}, by=None)
    order = Order.objects.get(pk=order.pk)
    assert amounts(slip_to_pack(order)) == {"Guide": (2, 4, 0), "Cartes": (2, 0, 0)}


def test_the_slip_of_some_numbers_holds_these_and_never_more_than_is_left():
    order = make_order({offer_of("Guide"): 6, offer_of("Cartes"): 2})
    guide, cards = order.lines.get(title="Guide"), order.lines.get(title="Cartes")
    assert amounts(slip_to_pack(order, {guide.pk: 5, cards.pk: 99})) == {"Guide": (5, 0, 1), "Cartes": (2, 0, 0)}


def test_each_parcel_that_left_keeps_its_slip():
    order = make_order({offer_of("Guide"): 6, offer_of("Cartes"): 2})
    guide, cards = order.lines.get(title="Guide"), order.lines.get(title="Cartes")
    handling.send(order, {guide.pk: 4}, by=None)
    handling.send(order, {guide.pk: 1, cards.pk: 2}, by=None)
    first, second = order.changes.filter(copies__gt=0)
    assert amounts(slip_of_parcel(first)) == {"Guide": (4, 0, 2), "Cartes": (0, 0, 2)}
    assert amounts(slip_of_parcel(second)) == {"Guide": (1, 4, 1), "Cartes": (2, 0, 0)}
    handling.finish(order, by=None)
    second = Order.objects.get(pk=order.pk).changes.filter(copies__gt=0).last()
    assert amounts(slip_of_parcel(second)) == {"Guide": (1, 4, 0), "Cartes": (2, 0, 0)}


def test_a_slip_is_in_the_language_of_its_order(client):
    french, dutch = make_order(language="fr"), make_order(language="nl")
    page = papers(client, "slips", french, dutch)
    assert [slip.get("lang") for slip in page.with_class("slip")] == ["fr", "nl"]


def test_what_is_in_the_parcel_stands_first_on_the_slip(client):
    order = make_order({offer_of("Atlas"): 6, offer_of("Zut"): 2})
    more = "".join(f"&line-{line.pk}={2 if line.title == 'Zut' else 0}" for line in order.lines.all())
    page = papers(client, "slips", order, more=more)
    assert page.text.index("Zut") < page.text.index("Atlas")


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 30, "%00", ""])
def test_a_slip_of_numbers_that_are_none_holds_no_more_than_is_left(client, typed):
    order = make_order()
    page = papers(client, "slips", order, more=f"&line-{order.lines.get().pk}={typed}")
    assert page.response.status_code == 200
    assert len(page.with_class("slip")) == 1


def test_the_slip_of_a_parcel_of_another_order_is_not_found(client):
    one, other = make_order(status=Status.PARTLY_SENT), make_order(status=Status.PARTLY_SENT)
    parcel = other.changes.get(copies__gt=0)
    assert client.get(url(Order, "parcel", other.pk, parcel.pk)).status_code == 200
    assert client.get(url(Order, "parcel", one.pk, parcel.pk)).status_code == 404
    assert client.get(url(Order, "parcel", one.pk, one.changes.first().pk)).status_code == 404


def test_an_address_that_is_written_like_html_stays_an_address(client):
    order = make_order(requester={"name": "<b>Zoé</b> 🎉 & cie"})
    for kind in ("labels", "slips"):
        assert "&lt;b&gt;Zoé&lt;/b&gt; 🎉 &amp; cie" in papers(client, kind, order).html


# --- Which orders


def test_orders_that_are_cancelled_or_anonymous_have_no_papers(client):
    cancelled, forgotten = make_order(status=Status.CANCELLED), make_order(status=Status.SENT)
    anonymise(forgotten)
    for kind in ("pick-list", "labels", "slips"):
        response = client.get(f"{PAPER}{kind}/?orders={cancelled.pk}-{forgotten.pk}")
        assert response.headers["Location"] == url(Order, "changelist")


@pytest.mark.parametrize("chosen", ["", "x", "-", "0", "9" * 40, "1" + "-1" * 5000, "%00", "²"])
def test_a_choice_of_no_orders_leads_back_to_the_queue(client, chosen):
    make_order(status=Status.CANCELLED)
    for kind in ("pick-list", "labels", "slips"):
        assert client.get(f"{PAPER}{kind}/?orders={chosen}").status_code == 302
        assert client.get(f"{PAPER}{kind}/pdf/?orders={chosen}").status_code == 404


def test_a_paper_that_there_is_not_is_not_found(client):
    assert client.get(f"{PAPER}poster/?orders=1").status_code == 404


@pytest.mark.parametrize(
    ("action", "kind"), [("print_pick_list", "pick-list"), ("print_labels", "labels"), ("print_slips", "slips")]
)
def test_the_queue_leads_to_the_papers_of_what_was_chosen(client, action, kind):
    first, second = make_order(), make_order()
    data = {"action": action, "_selected_action": [second.pk, first.pk]}
    response = client.post(url(Order, "changelist"), data)
    assert response.headers["Location"] == f"{PAPER}{kind}/?orders={first.pk}-{second.pk}"


def test_of_too_many_orders_no_paper_is_made(client, monkeypatch):
    monkeypatch.setattr("orders.admin_paper.MOST_ORDERS", 1)
    orders = [make_order(), make_order()]
    data = {"action": "print_labels", "_selected_action": [order.pk for order in orders]}
    page = Sheet(client.post(url(Order, "changelist"), data, follow=True))
    assert page.messages
    assert not page.with_class("label")


# --- PDFs

needs_printer = pytest.mark.skipif(not IN_CI and not printing.can_print(), reason="no WeasyPrint on this machine")


def texts_of_pdf(data):
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range() for page in document]


@needs_printer
def test_labels_are_a_pdf_of_one_sheet_for_24_orders(client):
    orders = [make_order() for _number in range(3)]
    chosen = "-".join(str(order.pk) for order in orders)
    response = client.get(f"{PAPER}labels/pdf/?orders={chosen}&used=22")
    assert response.headers["Content-Type"] == "application/pdf"
    first, second = texts_of_pdf(response.content)
    assert first.count("Dominique Exemple") == 2
    assert second.count("Dominique Exemple") == 1
    width, height = pypdfium2.PdfDocument(response.content)[0].get_size()
    assert (round(width), round(height)) == (595, 842)


@needs_printer
def test_every_slip_has_a_page_of_its_own(client):
    first, second = make_order(), make_order()
    data = client.get(f"{PAPER}slips/pdf/?orders={first.pk}-{second.pk}").content
    first_page, second_page = texts_of_pdf(data)
    assert first.reference in first_page
    assert second.reference in second_page


@needs_printer
def test_the_longest_address_fits_its_label(client):
    words = "Œuvre wallonne des Mamans du Monde et amis " * 4
    longest = {"organisation": words[:120], "name": words[:120], "street": words[:160], "locality": words[:80]}
    order = make_order(requester={name: text.strip() for name, text in longest.items()})
    page = pypdfium2.PdfDocument(client.get(f"{PAPER}labels/pdf/?orders={order.pk}").content)[0]
    text = page.get_textpage()
    boxes = [text.get_charbox(place) for place in range(text.count_chars())]
    boxes = [box for box in boxes if box[0] != box[2]]  # letters: not the ends of lines
    assert len(boxes) > 380
    # Sizes are in points, from the lower left corner of the sheet.
    assert max(right for _left, _bottom, right, _top in boxes) < 70 * MM
    assert min(bottom for _left, bottom, _right, _top in boxes) > (297 - 37) * MM


def test_without_a_printer_there_is_the_page_and_no_pdf(client, monkeypatch):
    monkeypatch.setattr("orders.admin_paper.can_print", lambda: False)
    order = make_order()
    assert "/pdf/" not in papers(client, "labels", order).html
    assert client.get(f"{PAPER}labels/pdf/?orders={order.pk}").status_code == 404


@pytest.mark.parametrize("failure", ["it ends with an error", "it takes too long"])
def test_a_printer_that_fails_leads_to_the_page_and_tells_nobody_what_was_printed(client, monkeypatch, caplog, failure):
    def broken(command, *, timeout, **more):
        if failure == "it takes too long":
            raise subprocess.TimeoutExpired(command, timeout)
        said = f"ValueError: {json.loads(more['input'])['html']}".encode()
        return subprocess.CompletedProcess(command, 1, b"", said)

    monkeypatch.setattr("orders.admin_paper.can_print", lambda: True)
    monkeypatch.setattr(printing.subprocess, "run", broken)
    order = make_order()
    response = client.get(f"{PAPER}labels/pdf/?orders={order.pk}", follow=True)
    assert "Dominique Exemple" in response.content.decode()
    assert response.redirect_chain
    assert "paper_printer.py" in caplog.text
    assert "Dominique" not in caplog.text
