"""The shelf: what can be ordered for how much, what came, what was counted, what to reprint."""

import uuid
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction

from content.kept_pages import current_version
from orders import stock
from orders.admin_filters import conditions
from orders.models import Availability, Mode, Offer, Postage, PostageRate, Status
from tests.admin.desk import Form, Sheet, url, verified
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/offer/"


@pytest.fixture
def staff():
    return make_staff("Orders desk")


@pytest.fixture
def client(staff):
    return verified(staff)


def shelf(offer):
    return url(Offer, "stock", offer.pk)


def note(client, offer, change="received", copies=5, **more):
    """Send the page "Stock" as it was just opened; returns the answer."""
    data = {"change": change, "copies": copies, "why": "", "seen": offer.on_hand, "key": uuid.uuid4(), **more}
    return client.post(shelf(offer), data)


def on_hand(offer):
    return Offer.objects.get(pk=offer.pk).on_hand


# --- What came, what was counted


def test_what_came_from_the_printer_is_on_hand_and_noted(client, staff):
    offer = make_offer(stock_of=0)
    assert note(client, offer, "received", 500, why="2e tirage").status_code == 302
    assert on_hand(offer) == 500
    movement = offer.movements.get()
    assert (movement.kind, movement.by, movement.why) == ("received", staff, "2e tirage")
    page = Sheet(client.get(shelf(offer)))
    assert "+500" in page.text
    assert "2e tirage" in page.text
    assert LogEntry.objects.filter(object_id=str(offer.pk)).count() == 1


@pytest.mark.parametrize(("counted", "difference"), [(90, -10), (104, 4), (0, -100)])
def test_after_a_count_there_is_what_was_counted(client, counted, difference):
    offer = make_offer(stock_of=100)
    note(client, offer, "counted", counted, why="abîmés")
    assert on_hand(offer) == counted
    assert offer.movements.first().on_hand == difference
    assert stock.differences() == []


def test_a_count_that_finds_what_we_thought_moves_nothing(client):
    offer = make_offer(stock_of=100)
    assert note(client, offer, "counted", 100, why="inventaire").status_code == 302
    assert offer.movements.count() == 1


def test_the_same_page_sent_twice_is_one_movement(client):
    offer, key = make_offer(stock_of=0), uuid.uuid4()
    for _press in range(2):
        assert note(client, offer, "received", 500, key=key).status_code == 302
    assert on_hand(offer) == 500
    refused = note(client, offer, "received", 300, key=key)
    assert refused.status_code == 200
    assert Sheet(refused).errors
    assert on_hand(offer) == 500


def test_what_was_counted_while_copies_left_is_counted_again(client):
    offer = make_offer(stock_of=100)
    make_order({offer: 10}, status=Status.SENT)
    refused = note(client, offer, "counted", 99, why="abîmé")
    assert Sheet(refused).errors
    assert on_hand(offer) == 90
    # What comes back knows the figure of now: pressing once more is a decision.
    assert 'name="seen" value="90"' in refused.content.decode()


def test_fewer_copies_than_are_promised_cannot_be_counted(client):
    offer = make_offer(stock_of=100)
    make_order({offer: 40})
    refused = note(client, offer, "counted", 39, why="perdus")
    assert Sheet(refused).errors
    assert on_hand(offer) == 100
    assert note(client, offer, "counted", 40, why="perdus").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"copies": "0"},
        {"copies": "-5"},
        {"copies": "1.5"},
        {"copies": "9" * 30},
        {"copies": ""},
        {"change": "counted", "copies": "5", "why": ""},
        {"change": "counted", "copies": "5", "why": "x" * 201},
        {"change": "stolen"},
        {"why": "a\x00b"},
        {"key": "none"},
        {"seen": "x"},
    ],
)
def test_what_cannot_be_is_said_and_moves_nothing(client, wrong):
    offer = make_offer(stock_of=100)
    response = note(client, offer, **wrong)
    assert response.status_code == 200
    assert Sheet(response).errors
    assert on_hand(offer) == 100


def test_movements_say_for_which_order_they_were(client):
    order = make_order()
    page = Sheet(client.get(shelf(order.lines.get().offer)))
    assert order.reference in page.text
    assert f"/admin/orders/order/{order.pk}/change/" in page.hrefs


def test_of_very_many_movements_the_latest_are_shown(client, monkeypatch):
    monkeypatch.setattr("orders.admin_stock.MOVEMENTS_SHOWN", 2)
    offer = make_offer(stock_of=77)
    for copies in (1, 2, 3):
        make_order({offer: copies})
    page = Sheet(client.get(shelf(offer)))
    assert [row[3] for row in page.rows()] == ["+3", "+2"]


# --- Prices and limits


def test_an_edition_is_offered_once_and_begins_without_copies(client):
    taken = make_offer()
    edition = make_edition(make_publication(), label="2e édition")
    form = Form(client, f"{LIST}add/")
    assert str(edition.title) in form.html
    assert taken.edition.title not in form.html
    form.save(edition=edition.pk, price_others="2.50", postage="by_weight", weight=120)
    offer = Offer.objects.get(edition=edition)
    assert (offer.on_hand, offer.price_others) == (0, 2.5)
    assert "2e édition" in str(offer)


def test_changing_an_offer_leaves_its_stock_alone_and_tells_readers(client):
    offer = make_offer(stock_of=100)
    form = Form(client, url(Offer, "change", offer.pk))
    make_order({offer: 7})
    before = current_version()
    form.save(mode=Mode.PDF_ONLY)
    offer = Offer.objects.get(pk=offer.pk)
    assert (offer.mode, offer.on_hand, offer.reserved) == (Mode.PDF_ONLY, 100, 7)
    assert current_version() > before


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_others": "-1"},
        {"most_per_order": "0"},
        {"most_per_requester": "5"},
        {"postage": "by_weight", "weight": "0"},
        {"expected_on": "2027-13"},
        {"price_others": "1e9"},
        {"most_per_order": "9" * 30},
    ],
)
def test_an_offer_that_makes_no_sense_comes_back_with_a_word_about_it(client, wrong):
    offer = make_offer()
    form = Form(client, url(Offer, "change", offer.pk)).refuse(**wrong)
    assert form.errors


def test_an_offer_cannot_be_deleted(client):
    offer = make_offer(stock_of=0)
    assert client.post(url(Offer, "delete", offer.pk), {"post": "yes"}).status_code == 403


def test_postage_rates_are_kept_by_the_desk(client):
    form = Form(client, "/admin/orders/postagerate/add/")
    form.save(up_to=350, price="3.50")
    assert PostageRate.objects.get().price == 3.5
    assert Form(client, "/admin/orders/postagerate/add/").refuse(up_to=350, price="4").errors


# --- What to reprint


@pytest.fixture
def of_each():
    """{Availability: an offer}."""
    columns = {
        Availability.ORDERABLE: {},
        Availability.LOW: {"stock_of": 50},
        Availability.OUT_OF_STOCK: {"stock_of": 0, "reprint_planned": True},
        Availability.OUT_OF_PRINT: {"stock_of": 0},
        Availability.PDF_ONLY: {"mode": Mode.PDF_ONLY},
        Availability.SOON: {"mode": Mode.SOON},
    }
    return {state: make_offer(**{"stock_of": 51, **given}) for state, given in columns.items()}


def test_the_filter_says_the_same_as_what_readers_are_told(client, of_each):
    assert {state: offer.availability for state, offer in of_each.items()} == {state: state for state in of_each}
    for state, condition in conditions().items():
        assert list(Offer.objects.filter(condition)) == [of_each[state]]
        page = Sheet(client.get(f"{LIST}?availability={state}"))
        assert [row[0] for row in page.rows()] == [str(of_each[state])]


def test_reserved_copies_are_not_free(client):
    offer = make_offer(stock_of=60)
    make_order({offer: 60})
    assert list(Offer.objects.filter(conditions()[Availability.OUT_OF_PRINT])) == [offer]


def test_the_start_page_warns_of_what_few_copies_are_left(client, of_each):
    links = [href for href in Sheet(client.get("/admin/")).hrefs if href.endswith("/stock/")]
    few = (Availability.OUT_OF_STOCK, Availability.OUT_OF_PRINT, Availability.LOW)
    assert sorted(links) == sorted(shelf(of_each[state]) for state in few)
    assert links[-1] == shelf(of_each[Availability.LOW])


def test_the_list_counts_what_was_sent_in_all(client):
    offer = make_offer(stock_of=100)
    make_order({offer: 7}, status=Status.SENT)
    make_order({offer: 2}, status=Status.SENT)
    assert [row[-1] for row in Sheet(client.get(LIST)).rows()] == ["9"]


# --- Two people on one form


def test_the_price_that_a_colleague_saved_meanwhile_is_not_lost(client):
    offer = make_offer(price_others=2, most_per_order=100)
    mine, theirs = (Form(client, url(Offer, "change", offer.pk)) for _person in range(2))
    theirs.save(price_others="3.50")
    again = mine.refuse(most_per_order="20")
    assert "3.50" in again.text.replace(",", ".")
    assert (again.value("most_per_order"), again.value("price_others")) == ("20", "3.50")
    again.save()
    offer.refresh_from_db()
    assert (offer.price_others, offer.most_per_order) == (Decimal("3.50"), 20)


def test_who_was_told_of_a_colleague_s_price_may_replace_it(client):
    offer = make_offer(price_others=2)
    mine, theirs = (Form(client, url(Offer, "change", offer.pk)) for _person in range(2))
    theirs.save(price_others="3.50", reprint_planned="on")
    again = mine.refuse(price_others="4")
    assert again.value("price_others") == "4"
    assert again.value("reprint_planned") == "on"
    again.save()
    offer.refresh_from_db()
    assert (offer.price_others, offer.reprint_planned) == (4, True)


def test_copies_that_are_ordered_meanwhile_disturb_nobody_who_edits(client):
    offer = make_offer()
    form = Form(client, url(Offer, "change", offer.pk))
    make_order({offer: 5})
    form.save(price_others="4")
    offer.refresh_from_db()
    assert (offer.price_others, offer.reserved) == (4, 5)
    assert "loaded" not in LogEntry.objects.get().change_message


def test_a_rate_that_a_colleague_saved_meanwhile_is_not_lost(client):
    rate = PostageRate.objects.create(up_to=350, price=4)
    mine, theirs = (Form(client, url(PostageRate, "change", rate.pk)) for _person in range(2))
    theirs.save(price="5")
    mine.refuse(up_to="500").save()
    rate.refresh_from_db()
    assert (rate.up_to, rate.price) == (500, 5)


@pytest.mark.parametrize("token", ["", "x", "[]", "{", "[" * 5000, '{"price": {}}', None])
def test_a_form_that_lost_what_it_was_loaded_with_is_shown_again(client, token):
    rate = PostageRate.objects.create(up_to=350, price=4)
    form = Form(client, url(PostageRate, "change", rate.pk)).refuse(loaded=token, price="7")
    rate.refresh_from_db()
    assert rate.price == 4
    form.save()
    rate.refresh_from_db()
    assert rate.price == 7


@pytest.mark.parametrize(
    "make",
    [
        lambda: PostageRate.objects.create(up_to=0, price=1),
        lambda: PostageRate.objects.create(up_to=100, price=-1),
        lambda: Offer.objects.filter(pk=make_offer().pk).update(postage=Postage.BY_WEIGHT, weight=0),
    ],
)
def test_the_database_refuses_what_no_parcel_costs(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
