"""Every page for everybody: what axe finds, small screens, large text, the keyboard alone, paper, few requests."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.shapes import EVERY, EVERY_PUBLIC, PUBLIC

SMALLEST = {"width": 320, "height": 640}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
MOST_REQUESTS = 4
EVERYTHING_OPEN = "document.querySelectorAll('details').forEach(details => { details.open = true; })"
EVERYTHING_CLOSED = EVERYTHING_OPEN.replace("true", "false")
# Django's admin fades from one colour to the other.
NOTHING_MOVES = "Promise.allSettled(document.getAnimations().map(animation => animation.finished)).then(() => null)"
# What is wider than the screen, but for parts that scroll by themselves.
TOO_WIDE = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.body.querySelectorAll('*')]
        .filter(element => element.getBoundingClientRect().right > root.clientWidth + 1)
        .filter(element => !element.closest('.visually-hidden') && !element.parentElement.closest('.timeline'))
        .map(element => element.outerHTML.slice(0, 100)).slice(0, 5).concat(`page: ${root.scrollWidth} px`);
}"""
# Words whose box hides a part of them.
CUT_OFF = """() => [...document.querySelectorAll('main *, header *, footer *')]
    .filter(element => !element.closest('.visually-hidden, svg, select, [type=search]') && element.checkVisibility())
    .filter(element => getComputedStyle(element).overflow === 'hidden' || getComputedStyle(element).overflow === 'clip')
    .filter(element => element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
    .map(element => element.outerHTML.slice(0, 100))
"""
# Numbers all that a reader can act on, and returns a word about each.
MARK_STOPS = """() => {
    const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
    const seen = element => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length;
    const stops = [...document.querySelectorAll(wanted)].filter(seen);
    stops.forEach((element, number) => { element.dataset.stop = number; });
    const word = element => element.getAttribute('aria-label') || element.textContent.trim().slice(0, 40);
    return stops.map((element, number) => element.matches('.skip') ? 'a.skip' : `${element.tagName} ${word(element)}`);
}"""
# What has the focus: its number, and what is wrong with how it is seen. null: the focus has left the page.
FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const number = element.dataset.stop === undefined ? null : Number(element.dataset.stop);
    const fault = () => {
        const ring = getComputedStyle(element);
        const drawn = element.querySelector('.timeline__hit');
        const outlined = ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2;
        const stroked = drawn && getComputedStyle(drawn).stroke !== 'none'
            && parseFloat(getComputedStyle(drawn).strokeWidth) >= 2;
        if (!outlined && !stroked) return 'no visible focus';
        const box = element.getClientRects()[0];
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return 'outside the screen';
        const top = document.elementFromPoint(x, y);
        if (!top) return 'nowhere';
        return element.contains(top) || top.contains(element) ? '' : `behind ${top.outerHTML.slice(0, 80)}`;
    };
    return {number, fault: fault(), what: element.outerHTML.slice(0, 120)};
}"""
names = pytest.mark.parametrize(("name", "language"), EVERY, ids=lambda value: value.replace(" ", "-"))
public_names = pytest.mark.parametrize(("name", "language"), EVERY_PUBLIC, ids=lambda value: value.replace(" ", "-"))


def violations(page, **options):
    """Return what axe finds on a page, one line for each kind; `options`: more of axe's own."""
    found = Axe().run(page, options={**AXE_OPTIONS, **options}).response["violations"]
    return [f"{rule['id']}: {json.dumps([node['html'][:120] for node in rule['nodes']][:4])}" for rule in found]


@names
def test_a_page_is_for_everybody(shapes, name, language):
    """Opened once, looked at in many ways; what is wrong is told all at once."""
    page = shapes.open(name, language, viewport=DESK)
    page.wait_for_load_state("networkidle")
    found = {}
    if name in PUBLIC:
        found = {"requests": files_beyond_budget(page), "cookies": page.context.cookies()}
    for screen, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        if screen == "phone":  # the desk's page is looked at as it comes, the phone's with all its folds open
            page.evaluate(EVERYTHING_OPEN)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(NOTHING_MOVES)
            found[f"axe, {screen}, {scheme}"] = violations(page)
    page.set_viewport_size(SMALLEST)
    found["sideways, folds open"] = page.evaluate(TOO_WIDE)
    page.evaluate(EVERYTHING_CLOSED)
    found["sideways"] = page.evaluate(TOO_WIDE)
    assert {where: what for where, what in found.items() if what} == {}


def files_beyond_budget(page):
    """Return what a page fetches besides pictures and its icon, if that is more than a page may fetch.

    A request to another host is a fault on any page, see watching.py.
    """
    files = [url for url in page.watch.requests if "/media/" not in url and "/icons/" not in url]
    return files if len(files) > MOST_REQUESTS else []


@pytest.fixture(scope="module")
def large_page(browser_type, browser_type_launch_args, browser_context_args):
    """A page of a reader who has set all text to twice its size."""
    arguments = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    yield browser.new_context(**browser_context_args).new_page()
    browser.close()


@public_names
def test_text_of_twice_the_size_fits(shapes, large_page, name, language):
    large_page.goto(shapes.address(name, language))
    assert large_page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    found = {}
    for size in (DESK, PHONE):
        large_page.set_viewport_size(size)
        large_page.evaluate(EVERYTHING_OPEN)
        found[f"sideways at {size['width']} px"] = large_page.evaluate(TOO_WIDE)
        found[f"cut off at {size['width']} px"] = large_page.evaluate(CUT_OFF)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("screen", ["desk", "phone"])
@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("home", "fr"),
        ("joint page", "nl"),
        ("list of organisations", "fr"),
        ("network", "nl"),
        ("organisation", "fr"),
        ("in French only", "nl"),
        ("filtered, nothing found", "fr"),
        ("filter not understood", "nl"),
        ("list of publications", "fr"),
        ("publication that is superseded", "nl"),
        ("list of addresses", "nl"),
        ("addresses near no place", "fr"),
        ("address", "fr"),
        ("what can be ordered", "nl"),
        ("preview", "fr"),
    ],
    ids=lambda value: value.replace(" ", "-"),
)
def test_everything_is_reached_by_keyboard_in_order_and_seen(shapes, name, language, screen):
    page = shapes.open(name, language, viewport=DESK if screen == "desk" else PHONE)
    if screen == "phone":
        page.evaluate(EVERYTHING_OPEN)
    expected = page.evaluate(MARK_STOPS)
    assert expected[0] == "a.skip", "the first stop skips the menu"
    reached, unseen = [], []
    for _press in range(len(expected) + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        if stop["number"] is not None:  # a part that scrolls is a stop as well
            reached.append(stop["number"])
        if stop["fault"]:
            unseen.append(stop)
    assert [expected[number] for number in reached] == expected
    assert reached == list(range(len(expected)))
    assert unseen == []


@pytest.mark.parametrize(
    "name",
    ["home", "joint page", "network", "organisation", "theme with content", "filtered", "publication", "address"],
)
def test_paper_shows_the_page_without_its_furniture(shapes, name):
    page = shapes.open(name, "fr", viewport=DESK)
    page.emulate_media(media="print")
    for furniture in (".skip", ".nav", ".language-switch", ".crumbs", ".filters", ".site-foot nav"):
        for element in page.locator(furniture).all():
            expect(element).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    colours = page.evaluate("(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.pdf().startswith(b"%PDF")


def test_these_looks_see_what_is_wrong(shapes):
    page = shapes.open("home", "fr", viewport=DESK)
    assert (violations(page), page.evaluate(TOO_WIDE), page.evaluate(CUT_OFF)) == ([], [], [])
    page.evaluate("""
        document.querySelector('main').insertAdjacentHTML(
            'beforeend', '<p id="wide">…</p><img src="/static/icons/favicon.svg">'
        )
    """)
    page.evaluate("Object.assign(document.querySelector('#wide').style, {minWidth: '3000px'})")
    page.evaluate("Object.assign(document.querySelector('h1').style, {height: '5px', overflow: 'hidden'})")
    page.evaluate("Object.assign(document.querySelector('.skip').style, {outline: 'none'})")
    assert [rule.partition(":")[0] for rule in violations(page)] == ["image-alt"]
    assert "wide" in page.evaluate(TOO_WIDE)[0]
    assert "<h1" in page.evaluate(CUT_OFF)[0]
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["fault"] == "no visible focus"
