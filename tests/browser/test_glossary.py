"""Somebody meets a word in a text, opens its definition and comes back to where they were: by tap, by key, on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.shapes import said_in
from tests.browser.test_access import DESK, PHONE, SMALLEST, TOO_WIDE, violations
from tests.pages import LANGUAGES, address

#: A text that explains a word in two of its sections.
TEXT = ("publication", "des_chemins_surs_vers_l_asile")
#: The note that is open stands over the foot of the screen.
IS_LIFTED = "element => getComputedStyle(element).position === 'fixed'"
FOCUSED_ID = "document.activeElement.id"


@pytest.fixture
def address_of_text(sample_of):
    return lambda language: sample_of(*TEXT).get_absolute_url(language)


def second_mark(page):
    """The last place of the text whose word was explained before: the one that a reader could lose."""
    return page.locator(".explained[id$='-2']").last


def note_of(page, mark):
    return page.locator(mark.get_attribute("href"))


def back(page, note, language):
    """The visible way back out of an open note."""
    return note.locator("> .notes__back").get_by_role("link", name=said_in(language, "Back to the text"))


def scrolled(page):
    return page.evaluate("scrollY")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_opened_by_tap_without_scripts_and_its_reader_comes_back(open_page, address_of_text, language):
    page = open_page(language=language, java_script_enabled=False, has_touch=True, viewport=PHONE)
    page.goto(address_of_text(language))
    mark = second_mark(page)
    mark.scroll_into_view_if_needed()
    before = scrolled(page)
    note = note_of(page, mark)
    mark.tap()
    expect(note).to_be_in_viewport()
    assert note.evaluate(IS_LIFTED)
    assert scrolled(page) == before, "the text stays where it is"
    assert note.bounding_box()["height"] <= PHONE["height"] * 0.61
    back(page, note, language).tap()
    expect(mark).to_be_in_viewport(ratio=1)
    assert not note.evaluate(IS_LIFTED)
    assert page.evaluate(FOCUSED_ID) == mark.get_attribute("id")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_opened_and_closed_by_keyboard(open_page, address_of_text, language):
    page = open_page(language=language, java_script_enabled=False, viewport=DESK)
    page.goto(address_of_text(language))
    mark = second_mark(page)
    mark.focus()
    page.keyboard.press("Enter")
    note = note_of(page, mark)
    expect(note).to_be_focused()
    page.keyboard.press("Tab")
    expect(back(page, note, language)).to_be_focused()
    page.keyboard.press("Enter")
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport(ratio=1)
    # Whoever reads on by keyboard goes on from there.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(mark).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browsers_own_way_back_closes_a_note_too(open_page, address_of_text, language):
    page = open_page(language=language, viewport=PHONE)
    page.goto(address_of_text(language))
    mark = second_mark(page)
    mark.scroll_into_view_if_needed()
    before = scrolled(page)
    mark.click()
    expect(note_of(page, mark)).to_be_in_viewport()
    assert note_of(page, mark).evaluate(IS_LIFTED)
    page.go_back()
    assert not note_of(page, mark).evaluate(IS_LIFTED)
    assert scrolled(page) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_note_is_for_everybody(open_page, address_of_text, language):
    page = open_page(language=language, viewport=DESK)
    page.goto(address_of_text(language))
    second_mark(page).click()
    found = {}
    for size in (DESK, SMALLEST):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[f"axe, {size['width']}, {scheme}"] = violations(page)
    found["sideways"] = page.evaluate(TOO_WIDE)
    page.emulate_media(forced_colors="active")
    expect(page.locator(".notes__place:target")).to_be_in_viewport()
    assert {where: what for where, what in found.items() if what} == {}


def test_a_mark_is_large_enough_to_be_tapped(open_page, address_of_text):
    page = open_page(viewport=PHONE)
    page.goto(address_of_text("fr"))
    heights = [mark.bounding_box()["height"] for mark in page.locator(".explained").all()]
    assert heights and min(heights) >= 24


def test_on_paper_the_notes_are_footnotes(open_page, address_of_text):
    page = open_page()
    page.goto(address_of_text("fr"))
    mark = second_mark(page)
    mark.click()
    page.emulate_media(media="print")
    note = note_of(page, mark)
    expect(note).to_be_visible()
    assert not note.evaluate(IS_LIFTED)
    expect(page.locator(".notes__back").first).to_be_hidden()
    number = "element => getComputedStyle(element, '::after').content"
    assert page.locator(".explained[id$='-1']").first.evaluate(number) == "counter(note)"
    assert mark.evaluate(number) == "none", "a word has its footnote where it is first met"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_of_the_index_leads_to_its_words(open_page, language):
    page = open_page(language=language, java_script_enabled=False, viewport=PHONE)
    page.goto(address("glossary:list", language))
    page.locator(".letters").get_by_role("link", name="V", exact=True).click()
    expect(page.locator("#letter-V")).to_be_in_viewport()
    page.locator("#letter-V + ul a").first.click()
    expect(page.locator("h1")).to_be_visible()
