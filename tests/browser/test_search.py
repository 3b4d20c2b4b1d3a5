"""Searching without JavaScript, on a phone: misspelt, offered, found, read; and from an address that leads nowhere."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.shapes import said_in
from tests.pages import LANGUAGES, address

PHONE = {"width": 360, "height": 740}
#: (typed, offered, the page that it leads to)
MISSPELT = {
    "fr": ("regroupment familliale", "regroupement familial", "regroupement familial"),
    "nl": ("gezinhereniging", "gezinshereniging", "gezinshereniging"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_misspelling_leads_to_what_was_meant(open_page, language):
    typed, offered, title = MISSPELT[language]
    page = open_page(language=language, java_script_enabled=False, viewport=PHONE)
    page.goto(address("home", language))
    box = page.get_by_role("search").get_by_role("searchbox")
    box.fill(typed)
    box.press("Enter")
    expect(page).to_have_url(re.compile(rf"{address('search', language)}\?q="))
    expect(page.get_by_role("searchbox")).to_have_value(typed)
    # What it can only have meant is found already; the link puts it right in the box too.
    expect(page.locator(".found h3").first).to_have_text(title)
    page.locator(".asked__meant").get_by_role("link", name=offered, exact=True).click()
    expect(page.get_by_role("searchbox")).to_have_value(offered)
    page.locator(".found a").first.click()
    expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_comes_to_nothing_finds_what_was_meant(open_page, language):
    page = open_page(language=language, java_script_enabled=False, viewport=PHONE)
    page.goto(f"{address('home', language)}migreurop-2012/")
    box = page.get_by_role("search").get_by_role("searchbox")
    expect(box).to_have_value("migreurop 2012")
    box.fill("migreurop")
    page.get_by_role("search").get_by_role("button").click()
    page.locator(".found a").first.click()
    expect(page.locator("h1")).to_have_text("Migreurop")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_abbreviation_leads_to_its_word_and_a_postcode_to_addresses(open_page, language):
    page = open_page(language=language, java_script_enabled=False, viewport=PHONE)
    page.goto(f"{address('search', language)}?q=CPAS")
    expect(page.locator(".found h3").first).to_contain_text("centr")
    page.goto(f"{address('search', language)}?q=1030")
    page.locator(".asked__place a").click()
    expect(page.locator("h1")).to_have_text(said_in(language, "Useful addresses"))
