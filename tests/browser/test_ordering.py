"""Somebody orders brochures, with and without scripts or by keyboard alone; each step and error is for everybody."""

import re

import pytest
from django.utils.formats import number_format
from django.utils.translation import override, pgettext
from playwright.sync_api import expect

from intake.models import OutboxMessage, RateWindow, Submission
from orders import handling
from orders.erasing import anonymise
from orders.following import order_of, token_of
from orders.models import Mode, Offer, Order, Postage, StockMovement
from tests.browser.shapes import said_in
from tests.browser.test_access import (
    DESK,
    FOCUSED,
    MARK_STOPS,
    NOTHING_MOVES,
    PHONE,
    SMALLEST,
    TOO_WIDE,
    violations,
)
from tests.pages import LANGUAGES, address

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
#: A form that is sent sooner was filled in by a machine, see intake/forms.py.
A_PERSON_NEEDS = 3_200  # milliseconds
WRITTEN = {
    "name": "Dominique Exemple",
    "email": "dominique@example.org",
    "street": "rue de l’Exemple 1",
    "postcode": "1030",
}


@pytest.fixture
def shop(site, db):
    """Three titles that can be ordered, the last one for money; afterwards stock and orders are as they were before."""
    orders, movements = (set(model.objects.values_list("pk", flat=True)) for model in (Order, StockMovement))
    stock = list(Offer.objects.values("pk", "on_hand", "reserved", "mode"))
    found = Offer.objects.orderable().shown().exclude(postage=Postage.PICK_UP_ONLY).filter(most_per_order__gte=5)
    free = [offer for offer in found if offer.is_free_for_all]
    paid = [offer for offer in found if not offer.is_free_for_all]
    yield [*free[:2], paid[0]]
    StockMovement.objects.exclude(pk__in=movements).delete()
    Order.objects.exclude(pk__in=orders).delete()
    for row in stock:
        Offer.objects.filter(pk=row.pop("pk")).update(**row)
    for model in (OutboxMessage, RateWindow, Submission):
        model.objects.all().delete()


def button(page, language, words):
    return page.get_by_role("button", name=said_in(language, words), exact=True)


def box(page, offer):
    return page.locator(f"[name=copies-{offer.pk}]")


def put_in(page, language, wishes):
    """Fill the basket on the page of what can be ordered."""
    page.goto(address("orders:order", language))
    for offer, copies in wishes.items():
        box(page, offer).fill(str(copies))
    button(page, language, "Put in the basket").click()
    expect(page.locator("#basket")).to_be_visible()


def go_on(page, language):
    page.get_by_role("link", name=said_in(language, "Go on: your address")).click()
    expect(page.locator("[name=email]")).to_be_visible()


def write(page):
    """Fill in who orders, as somebody does who wants it by post."""
    page.locator("[name=requester_kind][value=school]").check()
    page.locator("[name=purpose][value=lesson]").check()
    for name, value in WRITTEN.items():
        page.locator(f"[name={name}]").fill(value)
    page.wait_for_timeout(A_PERSON_NEEDS)


def send(page):
    """Press the button below the form, whatever it says."""
    page.locator("form.order .button").click()


def order_on(page):
    """Return the order that the page is about, by its address."""
    page.wait_for_url(re.compile(r"\.[\w-]{20,}/"))
    (token,) = re.findall(r"[0-9a-f]{32}\.[\w-]+", page.url)
    return order_of(token)


# --- The story ---------------------------------------------------------------------------------------------------


@in_both_languages
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_three_titles_are_ordered_corrected_sent_in_two_halves_and_forgotten(open_page, shop, language, scripts):
    """Issue 6, 4: the reader's side, at 360 px."""
    page = open_page(language=language, viewport=PHONE, java_script_enabled=scripts)
    first, second, paid = shop
    with override(language):
        page.goto(first.edition.publication.get_absolute_url())
    link = page.locator(f"a[href*='?edition={first.edition_id}']")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator(".entries h3").first).to_have_text(first.edition.title)
    assert page.context.cookies() == []
    put_in(page, language, {first: 4, second: 2, paid: 3})
    assert [cookie["name"] for cookie in page.context.cookies()] == ["basket"]

    go_on(page, language)
    for offer, copies in ((first, "4"), (second, "2"), (paid, "3")):
        expect(box(page, offer)).to_have_value(copies)
    write(page)
    send(page)
    order = order_on(page)
    expect(page.locator(".reference")).to_have_text(order.reference)
    assert (order.language, order.copies, order.status) == (language, 9, "new")
    assert page.evaluate(TOO_WIDE) == [] if scripts else True
    assert "basket" not in [cookie["name"] for cookie in page.context.cookies()]

    page.goto(address("orders:follow", language, token=token_of(order)))
    page.get_by_role("link", name=said_in(language, "Correct the address")).click()
    page.locator("[name=street]").fill("rue Juste 22")
    button(page, language, "Send").click()
    expect(page.locator("address")).to_contain_text("rue Juste 22")

    lines = list(order.lines.all())
    half = {line.pk: line.copies // 2 for line in lines}
    handling.send(order, half, by=None)
    page.reload()
    to_come = [line.copies - half[line.pk] for line in lines]
    assert [int(row.split()[-1]) for row in column(page, 3)] == to_come
    # It is too late to correct or cancel: half of it has left.
    assert page.get_by_role("link", name=said_in(language, "Correct the address")).count() == 0
    handling.send(order, {line.pk: line.copies - half[line.pk] for line in lines}, by=None)
    page.reload()
    assert [int(row.split()[-1]) for row in column(page, 3)] == [0, 0, 0]
    complete = said_in(language, "%(done)s Your order is complete.").removeprefix("%(done)s")
    expect(page.locator(".steps li").first).to_contain_text(complete.strip())

    figures = Order.objects.filter(pk=order.pk).values("copies", "price", "postage", "commune", "requester_kind")
    before = list(figures)
    anonymise(order)
    assert list(figures) == before
    assert page.reload().status == 404


def column(page, number):
    return page.locator(f".ordered tbody td:nth-of-type({number})").all_inner_texts()


@in_both_languages
def test_an_order_is_placed_by_keyboard_alone(open_page, shop, language):
    page = open_page(language=language, viewport=DESK)
    page.goto(address("orders:order", language))
    tab_to(page, f"[name=copies-{shop[0].pk}]")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("#basket")).to_be_focused()
    tab_to(page, f"a[href='{address('orders:details', language)}']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(address("orders:details", language))))
    tab_to(page, "[name=requester_kind]")
    page.keyboard.press("Space")
    for name in ("name", "email"):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(WRITTEN[name])
    tab_to(page, "[name=purpose]")
    page.keyboard.press("Space")
    for name in ("street", "postcode"):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(WRITTEN[name])
    page.wait_for_timeout(A_PERSON_NEEDS)
    tab_to(page, "form.order .button")
    page.keyboard.press("Enter")
    assert order_on(page).copies == 2


def tab_to(page, selector):
    """Press Tab until something has the focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@in_both_languages
def test_a_double_tap_is_one_order(open_page, shop, language):
    page = open_page(language=language, viewport=PHONE)
    before = Order.objects.count()
    put_in(page, language, {shop[0]: 1})
    go_on(page, language)
    write(page)
    page.locator("form.order .button").dblclick()
    order_on(page)
    assert Order.objects.count() == before + 1


# --- What a script adds ------------------------------------------------------------------------------------------


@in_both_languages
def test_the_total_follows_what_is_written_and_is_what_the_server_asks(open_page, shop, language):
    page = open_page(language=language, viewport=PHONE)
    paid = shop[-1]
    put_in(page, language, {shop[0]: 1, paid: 1})
    go_on(page, language)
    expect(page.locator(".totals")).to_be_visible()
    box(page, paid).fill("5")
    write(page)
    expect(page.locator(".totals")).to_be_hidden()
    shown = page.locator("[data-totals] output").inner_text()
    send(page)
    order = order_on(page)  # at once: nobody is asked about another total
    with override(language):
        assert number_format(order.total, 2) in shown
    assert order.total > 0


@pytest.mark.parametrize("digits", ["５", "٥"], ids=["full width", "Arabic"])
def test_copies_in_digits_that_the_script_cannot_read_are_added_up_by_the_server(open_page, shop, digits):
    page = open_page(viewport=PHONE)
    put_in(page, "fr", {shop[-1]: 1})
    go_on(page, "fr")
    box(page, shop[-1]).fill(digits)
    write(page)
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(box(page, shop[-1])).to_have_value(digits)
    send(page)
    assert order_on(page).copies == 5


def test_without_scripts_a_total_that_was_not_shown_is_asked_about(open_page, shop):
    page = open_page(viewport=PHONE, java_script_enabled=False)
    put_in(page, "fr", {shop[-1]: 1})
    go_on(page, "fr")
    box(page, shop[-1]).fill("5")
    write(page)
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=street]")).to_have_value(WRITTEN["street"])
    send(page)
    assert order_on(page).copies == 5


def test_what_is_picked_up_asks_for_no_address(open_page, shop):
    page = open_page(viewport=PHONE)
    put_in(page, "fr", {shop[0]: 1})
    go_on(page, "fr")
    expect(page.locator("[name=street]")).to_be_visible()
    page.locator("[name=delivery][value=pick_up]").check()
    expect(page.locator("[name=street]")).to_be_hidden()


# --- For everybody -----------------------------------------------------------------------------------------------


class Looks:
    """What axe and a narrow screen find on each step: all of it is told at the end."""

    def __init__(self, page):
        self.page, self.found = page, {}

    def look(self, step, *, keyboard=False):
        page = self.page
        for size, scheme in ((DESK, "light"), (PHONE, "dark"), (PHONE, "light")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.evaluate(NOTHING_MOVES)
            self.found[f"{step}, {size['width']} px, {scheme}"] = violations(page)
        page.set_viewport_size(SMALLEST)
        self.found[f"{step}, sideways"] = page.evaluate(TOO_WIDE)
        page.set_viewport_size(DESK)
        if keyboard:
            self.found[f"{step}, keyboard"] = self.by_keyboard()

    def by_keyboard(self):
        """Return what Tab does not reach in order, or reaches unseen."""
        page = self.page
        page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
        stops = page.evaluate(MARK_STOPS)
        skipped = page.evaluate(SKIPPED)
        expected = [number for number in range(len(stops)) if number not in skipped]
        reached, unseen = [], []
        page.locator("a.skip").focus()
        for _press in range(len(stops) + 5):
            stop = page.evaluate(FOCUSED)
            if stop is None:
                break
            if stop["number"] is not None:
                reached.append(stop["number"])
            if stop["fault"]:
                unseen.append(stop)
            page.keyboard.press("Tab")
        return unseen + ([] if reached == expected else [{"expected": expected, "reached": reached}])


# What Tab passes by: the trap for machines, and of boxes that exclude each other all but the chosen, or the first.
SKIPPED = """() => [...document.querySelectorAll('input[data-stop]')]
    .filter(box => {
        if (box.type !== 'radio') return box.tabIndex < 0;
        const group = [...document.getElementsByName(box.name)];
        return box !== (group.find(one => one.checked) || group[0]);
    })
    .map(box => Number(box.dataset.stop))"""


@in_both_languages
def test_each_step_and_each_error_is_for_everybody(open_page, shop, language):
    page = open_page(language=language, viewport=DESK)
    looks = Looks(page)
    page.goto(address("orders:order", language))
    box(page, shop[0]).fill("1.5")
    box(page, shop[1]).fill("9999")
    button(page, language, "Put in the basket").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    with override(language):
        expect(page).to_have_title(re.compile(f"^{pgettext('page title', 'Error')}"))
    looks.look("what can be ordered, with errors")
    put_in(page, language, {offer: 3 for offer in shop})
    looks.look("basket", keyboard=True)
    go_on(page, language)
    looks.look("details")
    page.wait_for_timeout(A_PERSON_NEEDS)
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()
    looks.look("details, with errors", keyboard=True)
    Offer.objects.filter(pk=shop[0].pk).update(mode=Mode.OUT_OF_PRINT)
    page.goto(address("orders:order", language))
    looks.look("basket, with what went out of print")
    page.goto(address("orders:details", language))
    looks.look("details, with what went out of print")
    write(page)
    send(page)
    expect(box(page, shop[0])).to_have_attribute("aria-invalid", "true")
    looks.look("details, refused", keyboard=True)
    page.locator(f"[name=out-{shop[0].pk}]").check()
    send(page)
    order = order_on(page)
    looks.look("thanks")
    for name in ("follow", "correct", "cancel"):
        page.goto(address(f"orders:{name}", language, token=token_of(order)))
        looks.look(name)
        if name == "correct":
            page.locator("[name=email]").fill("nobody at home")
            button(page, language, "Send").click()
            expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
            looks.look("correct, with errors", keyboard=True)
    button(page, language, "Yes, cancel it").click()
    expect(page.locator(".steps li")).to_have_count(2)
    looks.look("follow what is cancelled", keyboard=True)
    page.goto(address("orders:correct", language, token=token_of(order)))
    looks.look("too late")
    assert {step: found for step, found in looks.found.items() if found} == {}
