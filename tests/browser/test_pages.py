"""The menu of a phone without scripts, the contact form, and the menu as staff arrange it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from content.kept_pages import note_change
from intake.models import OutboxMessage, RateWindow, Submission
from pages.models import MenuEntry
from tests.browser.shapes import said_in
from tests.browser.test_access import DESK, EVERYTHING_OPEN, PHONE, TOO_WIDE, violations
from tests.pages import LANGUAGES, address

A_PERSON_NEEDS = 3_200  # milliseconds, at least, to fill a form in
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
ABOUT = {"fr": "À propos du CIRÉ", "nl": "Over CIRÉ"}


@pytest.fixture
def empty_outbox(site):
    yield
    for model in (OutboxMessage, RateWindow, Submission):
        model.objects.all().delete()


# --- The menu --------------------------------------------------------------------------------------------------


@in_both_languages
def test_the_menu_of_a_phone_leads_about_the_site_without_scripts(open_page, sample_of, language):
    page = open_page(language=language, viewport=PHONE, java_script_enabled=False)
    page.goto(address("home", language))
    menu = page.get_by_role("navigation", name=said_in(language, "Main menu"))
    expect(menu).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    expect(menu.get_by_role("link").first).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
    about = sample_of("page", "about").get_absolute_url(language)
    menu.locator(f"a[href='{about}']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ABOUT[language])
    # There it is marked, and folded again.
    expect(page.locator(".nav [aria-current=page]")).to_have_count(1)
    expect(menu).to_be_hidden()
    below = sample_of("page", "team").get_absolute_url(language)
    page.locator(f"main a[href='{below}']").click()
    expect(page.locator(f".crumbs a[href='{about}']")).to_be_visible()
    expect(page.locator(".nav [aria-current=true]")).to_have_count(1)


@in_both_languages
def test_the_menu_of_a_desk_stands_on_one_line_inside_the_page(open_page, language):
    page = open_page(language=language, viewport=DESK)
    page.goto(address("home", language))
    links = page.locator(".nav a")
    expect(links.first).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
    assert len({round(links.nth(number).bounding_box()["y"]) for number in range(links.count())}) == 1


@in_both_languages
def test_each_most_asked_for_entry_is_followed_without_scripts(open_page, language):
    page = open_page(language=language, viewport=PHONE, java_script_enabled=False)
    page.goto(address("home", language))
    entries = page.locator("#foot-quick + ul a")
    expected = entries.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(expected) >= 4
    for number, href in enumerate(expected):
        page.goto(address("home", language))
        entries.nth(number).click()
        expect(page).to_have_url(re.compile(re.escape(href) + "$"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_staff_hide_an_entry_in_the_list_and_readers_see_it_at_once(open_page, signed_in, settings):
    settings.KEEP_PAGES = True
    entry = MenuEntry.objects.filter(place="menu", section="glossary:list").get()
    reader, staff = open_page(), open_page(signed_in=signed_in["fr"])
    reader.goto("/fr/themes/")
    link = reader.locator(".nav a[href='/fr/lexique/']")
    expect(link).to_have_count(1)
    try:
        staff.goto(reverse("admin:pages_menuentry_changelist") + "?place__exact=menu")
        row = staff.locator("#result_list tr").filter(has=staff.locator(f"a[href*='/{entry.pk}/change/']"))
        row.locator("input[name$=-hidden]").check()
        staff.locator("[name=_save]").click()
        expect(staff.locator(".messagelist")).to_be_visible()
        # Another reader, whose browser has kept nothing.
        other = open_page()
        other.goto("/fr/themes/")
        expect(other.locator(".nav a[href='/fr/lexique/']")).to_have_count(0)
    finally:
        MenuEntry.objects.filter(pk=entry.pk).update(hidden=False)
        note_change()


# --- Contact ---------------------------------------------------------------------------------------------------


@in_both_languages
def test_somebody_writes_to_us_from_a_phone_without_scripts(open_page, sample_of, empty_outbox, language):
    page = open_page(language=language, viewport=PHONE, java_script_enabled=False)
    page.goto(sample_of("page", "contact").get_absolute_url(language))
    page.get_by_role("link", name=said_in(language, "Write to us")).click()
    page.locator("[name=subject]").select_option("question")
    page.locator("[name=email]").fill("nobody at home")
    page.wait_for_timeout(A_PERSON_NEEDS)
    send = page.get_by_role("button", name=said_in(language, "Send"))
    send.click()
    # What is wrong stands above the form and beside its field; what was typed is still there.
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    expect(page.locator("[name=email]")).to_have_value("nobody at home")
    expect(page.locator("[name=subject]")).to_have_value("question")
    assert page.evaluate(TOO_WIDE) == []
    assert not OutboxMessage.objects.exists()
    page.locator("[name=email]").fill("zoe@example.org")
    page.locator("[name=message]").fill("Où suivre un cours ? Waar is er les?")
    send.click()
    expect(page).to_have_url(re.compile(address("pages:contact_sent", language) + "$"))
    assert OutboxMessage.objects.count() == 2


@in_both_languages
@pytest.mark.parametrize("state", ["empty", "errors"])
def test_the_contact_form_is_for_everybody(open_page, empty_outbox, language, state):
    page = open_page(language=language, viewport=PHONE)
    page.goto(address("pages:contact", language))
    if state == "errors":
        page.wait_for_timeout(A_PERSON_NEEDS)
        page.get_by_role("button", name=said_in(language, "Send")).click()
        expect(page.locator("[role=alert]")).to_be_focused()
        expect(page.locator("[aria-invalid=true]").first).to_be_attached()
    page.evaluate(EVERYTHING_OPEN)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []
        assert page.evaluate(TOO_WIDE) == []
