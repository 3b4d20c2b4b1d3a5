"""Somebody reads the site: without scripts, by keyboard, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.shapes import said_in
from tests.pages import LANGUAGES, address

# What the facts say, in the order of the timeline: the oldest seat first.
SEATS = {
    "fr": [
        ("Groupe Transit", "coordinateur", "depuis 1989"),
        ("FESEFA", "membre à confirmer", "début inconnu"),
        ("Mineurs en exil", "invité permanent", "début inconnu"),
        ("PICUM", "membre", "début inconnu"),
        ("Migreurop", "membre", "28 novembre 2009 ou avant"),
        ("CLTB", "membre fondateur", "depuis 2010"),
        ("En-GAJE", "membre fondateur", "depuis décembre 2018"),
        ("Move", "membre fondateur", "depuis janvier 2021"),
    ],
    "nl": [
        ("Transitgroep", "coördinator", "sinds 1989"),
        ("FESEFA", "lid te bevestigen", "begin onbekend"),
        ("Kinderen op de vlucht", "vaste genodigde", "begin onbekend"),
        ("PICUM", "lid", "begin onbekend"),
        ("Migreurop", "lid", "28 november 2009 of vroeger"),
        ("CLTB", "stichtend lid", "sinds 2010"),
        ("En-GAJE", "stichtend lid", "sinds december 2018"),
        ("Move", "stichtend lid", "sinds januari 2021"),
    ],
}
NETWORKS = {
    "fr": ["CLTB", "En-GAJE", "FESEFA", "Migreurop", "Mineurs en exil", "Move", "PICUM"],
    "nl": ["CLTB", "En-GAJE", "FESEFA", "Kinderen op de vlucht", "Migreurop", "Move", "PICUM"],
}


def entries(page):
    """The names of the entries in all lists of a page, in order."""
    page.wait_for_load_state()  # a press waits for the new page to begin, not for its end
    return page.locator("main .entry h3").all_inner_texts()


def rows(table):
    """The rows of a table's body, cell by cell, white space in one."""
    return [
        tuple(" ".join(text.split()) for text in row.locator("th, td").all_inner_texts())
        for row in table.locator("tbody tr").all()
    ]


# --- Without scripts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_joint_page_says_all_our_seats_without_scripts(plain_page, language):
    plain_page.goto(address("networks_and_groups", language))
    assert plain_page.locator("html").get_attribute("lang") == language
    assert entries(plain_page) == NETWORKS[language] + [SEATS[language][0][0]]
    for name, role, when in SEATS[language]:
        entry = plain_page.locator(".entry").filter(has=plain_page.get_by_role("heading", name=name, exact=True))
        assert f"{role} {when}" in " ".join(entry.inner_text().split())
    # The timeline is a drawing of links, and a table for whom a drawing says nothing.
    bars = plain_page.locator(".timeline a")
    assert [bars.nth(number).locator(".timeline__name").text_content() for number in range(bars.count())] == [
        name for name, _role, _when in SEATS[language]
    ]
    table = plain_page.locator(".fold table")
    expect(table).to_be_hidden()
    plain_page.get_by_text(said_in(language, "The same dates as a table")).click()
    expect(table).to_be_visible()
    assert rows(table) == SEATS[language]


def test_a_bar_of_the_timeline_leads_to_its_network_without_scripts(plain_page):
    plain_page.goto("/fr/reseaux-et-groupes/")
    plain_page.get_by_role("link", name=re.compile("^CLTB : membre fondateur, depuis 2010|^CLTB: ")).click()
    expect(plain_page).to_have_url(re.compile("/fr/reseaux/cltb/$"))
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("CLTB")


def test_a_reader_narrows_the_joint_page_without_scripts(plain_page):
    plain_page.goto("/fr/reseaux-et-groupes/")
    plain_page.get_by_role("checkbox", name=re.compile("^membre fondateur")).check()
    plain_page.get_by_role("button", name="Montrer").click()
    expect(plain_page).to_have_url(re.compile(r"\?role=founder(&theme=&scope=)?#results$"))
    assert entries(plain_page) == ["CLTB", "En-GAJE", "Move"]

    plain_page.get_by_label("Portée").select_option(label="national (4)")
    plain_page.get_by_role("button", name="Montrer").click()
    assert entries(plain_page) == ["En-GAJE", "Move"]
    expect(plain_page.get_by_role("checkbox", name=re.compile("^membre fondateur"))).to_be_checked()

    plain_page.get_by_label("Thème").select_option(label="Logement (1)")
    plain_page.get_by_role("button", name="Montrer").click()
    assert entries(plain_page) == []
    # The page says what to loosen, and how many that gives.
    plain_page.locator(".no-result").get_by_role("link", name="national").click()
    assert entries(plain_page) == ["CLTB"]
    plain_page.locator(".active-filters").get_by_role("link", name="membre fondateur").click()
    assert entries(plain_page) == ["CLTB"]


def test_a_reader_narrows_a_list_of_a_phone_without_scripts(open_page):
    phone = open_page(language="nl", java_script_enabled=False, viewport={"width": 360, "height": 740})
    phone.goto("/nl/netwerken/")
    assert entries(phone) == NETWORKS["nl"]
    choice = phone.get_by_role("checkbox", name=re.compile("^vaste genodigde"))
    expect(choice).to_be_hidden()
    phone.get_by_text("De lijst filteren").click()
    choice.check()
    phone.get_by_role("button", name="Tonen").click()
    assert entries(phone) == ["Kinderen op de vlucht"]


# --- By keyboard -----------------------------------------------------------------------------------------------


def tab_to(page, target, limit=60):
    """Press the tabulator key until `target` has the focus."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by keyboard")


def test_a_reader_narrows_the_joint_page_by_keyboard(page):
    page.goto("/fr/reseaux-et-groupes/")
    tab_to(page, page.locator("input[value=permanent_guest]"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Thème"))
    page.keyboard.type("Mineurs")
    tab_to(page, page.get_by_role("button", name="Montrer"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert entries(page) == ["Mineurs en exil"]
    remove = page.locator(".active-filters").get_by_role("link", name="Mineurs et familles")
    tab_to(page, remove)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "theme=" not in page.url
    assert entries(page) == ["Mineurs en exil"]


def test_a_reader_opens_menu_and_filters_of_a_phone_by_keyboard(open_page):
    phone = open_page(viewport={"width": 360, "height": 740})
    phone.goto("/fr/reseaux/")
    tab_to(phone, phone.locator(".nav summary"))
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Lexique")).to_be_visible()
    tab_to(phone, phone.locator(".filters summary"))
    phone.keyboard.press("Space")
    tab_to(phone, phone.locator("input[value=founder]"))
    phone.keyboard.press("Space")
    tab_to(phone, phone.get_by_role("button", name="Montrer"))
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    assert entries(phone) == ["CLTB", "En-GAJE", "Move"]


def test_the_skip_link_leads_past_the_menu(page):
    page.goto("/fr/reseaux/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Aller au contenu")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("element => element.closest('main') !== null")


# --- In the other language -------------------------------------------------------------------------------------


def switch(page, short):
    page.locator(".language-switch").get_by_role("link", name=short).click()


def test_the_switch_keeps_the_page_and_its_filters(plain_page):
    plain_page.goto("/fr/reseaux-et-groupes/?role=founder&scope=national")
    assert entries(plain_page) == ["En-GAJE", "Move"]
    switch(plain_page, "NL")
    expect(plain_page).to_have_url(re.compile(r"/nl/netwerken-en-groepen/\?role=founder&scope=national$"))
    expect(plain_page.locator("html")).to_have_attribute("lang", "nl")
    assert entries(plain_page) == ["En-GAJE in het Frans", "Move"] or entries(plain_page) == ["En-GAJE", "Move"]
    switch(plain_page, "FR")
    expect(plain_page).to_have_url(re.compile(r"/fr/reseaux-et-groupes/\?role=founder&scope=national$"))


def test_the_switch_leads_to_the_same_network(plain_page):
    plain_page.goto("/fr/reseaux/mineurs-en-exil/")
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Mineurs en exil")
    switch(plain_page, "NL")
    expect(plain_page).to_have_url(re.compile("/nl/netwerken/kinderen-op-de-vlucht/$"))
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Kinderen op de vlucht")


def test_a_network_that_exists_only_in_french_says_so_in_dutch(plain_page):
    plain_page.goto("/fr/reseaux/en-gaje/")
    # From the French page no link promises a Dutch one.
    expect(plain_page.locator(".language-switch a")).to_have_count(0)
    plain_page.goto("/nl/netwerken/")
    plain_page.locator("main").get_by_role("link", name="En-GAJE").click()
    expect(plain_page).to_have_url(re.compile("/nl/netwerken/en-gaje/$"))
    notice = plain_page.locator(".language-notice")
    expect(notice).to_contain_text("Deze tekst bestaat alleen in het Frans.")
    expect(plain_page.locator("html")).to_have_attribute("lang", "nl")
    expect(plain_page.locator("main .prose")).to_have_attribute("lang", "fr")
    notice.get_by_role("link").click()
    expect(plain_page).to_have_url(re.compile("/fr/reseaux/en-gaje/$"))
