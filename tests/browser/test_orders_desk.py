"""The Orders desk in a browser: an order sent in two halves, with and without scripts or by keyboard alone."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.staff_groups import ORDERS_DESK
from intake.models import OutboxMessage, Submission
from orders.erasing import anonymise
from orders.models import Offer, Order, Postage, Status, StockMovement
from tests.admin.desk import url, verified
from tests.browser.test_access import DESK, NOTHING_MOVES, PHONE, SMALLEST, TOO_WIDE, violations
from tests.makers import make_order, make_staff
from tests.pages import LANGUAGES

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
QUEUE = "/admin/orders/order/"
PRIVATE = "Dominique"


@pytest.fixture
def shelf(site, db):
    """Three titles of the sample with copies; afterwards stock and orders are as they were before."""
    orders, movements = (set(model.objects.values_list("pk", flat=True)) for model in (Order, StockMovement))
    stock = list(Offer.objects.values("pk", "on_hand", "reserved"))
    found = Offer.objects.orderable().shown().exclude(postage=Postage.PICK_UP_ONLY).filter(most_per_order__gte=5)
    yield list(found.order_by("pk")[:3])
    StockMovement.objects.exclude(pk__in=movements).delete()
    Order.objects.exclude(pk__in=orders).delete()
    for row in stock:
        Offer.objects.filter(pk=row.pop("pk")).update(**row)
    for model in (OutboxMessage, Submission):
        model.objects.all().delete()


@pytest.fixture
def order(shelf):
    """An order of three titles, in Dutch."""
    return make_order(dict.fromkeys(shelf, 4), language="nl")


@pytest.fixture
def at_desk(open_page, site):
    """A function that opens a page of somebody of the desk."""

    def opened(language="fr", **options):
        user = make_staff(ORDERS_DESK, language=language)
        session = verified(user).cookies[settings.SESSION_COOKIE_NAME].value
        place = {"domain": urlsplit(site.url).hostname, "path": "/", "expires": -1}
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "httpOnly": True, "secure": False}
        state = {"cookies": [{**cookie, **place, "sameSite": "Lax"}], "origins": []}
        return open_page(language=language, signed_in=state, **options)

    return opened


def page_of(order):
    return url(Order, "change", order.pk)


def boxes(page):
    return page.locator("input[name^=line-]")


def press(page, name):
    page.locator(f"button[name=do][value={name}]").click()
    page.wait_for_load_state()


def figures_on(page):
    """Return all numbers of the figures page, with their words."""
    page.goto(f"{QUEUE}figures/")
    return page.locator(".figures__totals").inner_text(), page.locator(".figures__charts").inner_text()


# --- The story ---------------------------------------------------------------------------------------------------


@in_both_languages
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_order_is_sent_in_two_halves_and_forgotten_and_the_figures_stay(at_desk, order, language, scripts):
    """Issue 6, 4: the side of the staff."""
    page = at_desk(language, viewport=DESK, java_script_enabled=scripts)
    page.goto(QUEUE)
    page.get_by_role("link", name=order.reference).click()
    expect(page.locator("address")).to_contain_text(PRIVATE)
    press(page, "confirm")
    expect(page.locator(".order__state .state")).to_have_class(re.compile("confirmed"))

    # Half of it leaves.
    for box in boxes(page).all():
        box.fill("2")
    press(page, "send")
    expect(page.locator(".order__state .state")).to_have_class(re.compile("partly_sent"))
    assert [box.input_value() for box in boxes(page).all()] == ["2", "2", "2"]

    # Its slip, in the language of whoever ordered.
    page.locator(".messagelist a").click()
    expect(page.locator(".slip")).to_have_attribute("lang", "nl")
    expect(page.locator(".slip .now")).to_have_text(["2", "2", "2"])
    page.go_back()

    # The rest leaves; who ordered is forgotten, and the figures stay.
    press(page, "send")
    expect(page.locator(".order__state .state")).to_have_class(re.compile("order-sent"))
    expect(boxes(page)).to_have_count(0)
    assert sum(order.lines.values_list("sent", flat=True)) == 12
    before = figures_on(page)
    anonymise(Order.objects.get(pk=order.pk))
    assert figures_on(page) == before
    page.goto(page_of(order))
    expect(page.locator("#content")).not_to_contain_text(PRIVATE)


def test_numbers_that_cannot_be_stay_in_their_boxes_with_a_word_about_them(at_desk, order):
    page = at_desk()
    page.goto(page_of(order))
    boxes(page).first.fill("99")
    press(page, "send")
    expect(page.locator(".errornote")).to_be_visible()
    expect(boxes(page).first).to_have_value("99")
    assert boxes(page).first.get_attribute("aria-invalid") == "true"
    assert Order.objects.get(pk=order.pk).status == Status.NEW


def test_an_order_is_sent_by_keyboard_alone(at_desk, order):
    page = at_desk()
    page.goto(page_of(order))
    first = boxes(page).first
    for _stop in range(80):
        page.keyboard.press("Tab")
        if first.evaluate("element => element === document.activeElement"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator(".order__state .state")).to_have_class(re.compile("partly_sent"))
    assert order.lines.order_by("title", "pk").first().sent == 1


def test_the_queue_leads_to_the_labels_of_what_was_chosen(at_desk, order):
    page = at_desk()
    page.goto(QUEUE)
    page.locator("tr").filter(has_text=order.reference).locator("input[type=checkbox]").check()
    page.select_option("select[name=action]", "print_labels")
    page.locator("button[name=index]").click()
    expect(page.locator(".label")).to_have_count(1)
    expect(page.locator(".label")).to_contain_text(PRIVATE)
    expect(page.locator("[data-print]")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".tools")).to_be_hidden()


def test_somebody_on_the_phone_is_found_and_no_address_holds_a_name(at_desk, order):
    page = at_desk()
    page.goto(QUEUE)
    page.fill("#find_words", f"{PRIVATE} 1030")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#content")).to_contain_text(order.reference)
    assert PRIVATE not in page.url


# --- For everybody -----------------------------------------------------------------------------------------------


def addresses(order):
    offer = order.lines.first().offer
    return {
        "queue": QUEUE,
        "order": page_of(order),
        "correct": url(Order, "correct", order.pk),
        "find": f"{QUEUE}find/",
        "figures": f"{QUEUE}figures/?since=2000-01-01",
        "export": f"{QUEUE}export/",
        "offers": "/admin/orders/offer/",
        "offer": url(Offer, "change", offer.pk),
        "stock": url(Offer, "stock", offer.pk),
        "pick list": f"{QUEUE}paper/pick-list/?orders={order.pk}",
        "labels": f"{QUEUE}paper/labels/?orders={order.pk}&used=2",
        "slips": f"{QUEUE}paper/slips/?orders={order.pk}",
    }


def mistakes(page, order):
    """Make a mistake on each form of the desk; yields what it was."""
    page.goto(page_of(order))
    boxes(page).first.fill("99")
    press(page, "send")
    yield "too many copies"
    page.goto(page_of(order))
    press(page, "cancel")
    yield "asked once more"
    page.goto(url(Order, "correct", order.pk))
    page.fill("[name=postcode]", "0000")
    page.locator("[type=submit].default").click()
    yield "no postcode"
    page.goto(url(Offer, "stock", order.lines.first().offer_id))
    page.locator(".stock__form .button").click()
    yield "no copies came"
    page.goto(f"{QUEUE}figures/?since=2026-05-01&until=2026-04-01")
    yield "no period"


def test_every_page_of_the_desk_is_for_everybody(at_desk, order):
    page = at_desk("nl", viewport=DESK)  # the longer words
    found = {}
    for name, where in addresses(order).items():
        page.goto(where)
        found.update(looked_at(page, name))
    for name in mistakes(page, order):
        found.update(looked_at(page, name))
    assert {where: what for where, what in found.items() if what} == {}


def looked_at(page, name):
    """Return what is wrong with a page at two sizes, light and dark."""
    # Without `preload`: axe would copy what Django's styles import into a <style>, which the policy refuses.
    found = {}
    for screen, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(NOTHING_MOVES)
            found[f"{name}, axe, {screen}, {scheme}"] = violations(page, preload=False)
    page.set_viewport_size(SMALLEST)
    found[f"{name}, sideways"] = page.evaluate(TOO_WIDE)
    page.set_viewport_size(DESK)
    return found
