"""The second factor in a browser: set up and asked for, by keyboard, on a desk and on a phone, with nobody shut out."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, fill_in_login
from tests.browser.test_access import DESK, NOTHING_MOVES, SMALLEST, TOO_WIDE, violations
from tests.makers import make_staff
from tests.pages import LANGUAGES

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def boss(site, db):
    """A function that makes somebody who manages everything."""
    return lambda language: make_staff(is_superuser=True, language=language, password=PASSWORD)


def code(**options):
    """Return the code that a phone would show."""
    told = StringIO()
    call_command("local_code", stdout=told, **options)
    return told.getvalue().split()[0]


def look_at(page):
    """Let the page be looked at by axe, in light and dark, and on the smallest phone."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(NOTHING_MOVES)
        found[scheme] = violations(page, preload=False)
    page.set_viewport_size(SMALLEST)
    found["sideways"] = page.evaluate(TOO_WIDE)
    page.set_viewport_size(DESK)
    return {name: what for name, what in found.items() if what}


@in_both_languages
def test_it_is_set_up_and_asked_for_by_keyboard(open_page, boss, settings, language):
    settings.LOCAL = True
    user = boss(language)
    page = open_page(language=language, viewport=DESK)
    fill_in_login(page, user)
    page.goto("/admin/accounts/user/")
    expect(page).to_have_url(re.compile("second-factor/set-up/"))
    assert look_at(page) == {}

    # A wrong code first.
    field = page.locator("#id_code")
    field.focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator(".errornote")).to_be_visible()
    assert field.get_attribute("aria-invalid") == "true"
    expect(field).to_have_value("")
    assert look_at(page) == {}
    field.focus()
    page.keyboard.type(code(key=page.locator(".second-factor__key").inner_text()))
    page.keyboard.press("Enter")
    codes = page.locator(".second-factor__codes code")
    expect(codes).to_have_count(10)
    backup = codes.first.inner_text()
    assert look_at(page) == {}
    page.locator("#content a.button").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/accounts/user/$"))
    page.goto("/admin/second-factor/")
    assert look_at(page) == {}

    # From now on it is asked for, and a backup code will do.
    page.locator("#logout-form button").click()
    page.context.clear_cookies()
    fill_in_login(page, user)
    expect(page.locator("#id_code")).to_be_focused()
    assert look_at(page) == {}
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_be_visible()
    assert look_at(page) == {}
    page.keyboard.type(backup.upper())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/$"))


def test_it_needs_no_script(open_page, boss, settings):
    settings.LOCAL = True
    user = boss("fr")
    page = open_page(java_script_enabled=False)
    fill_in_login(page, user)
    page.goto("/admin/accounts/user/")
    page.fill("#id_code", code(key=page.locator(".second-factor__key").inner_text()))
    page.locator("#content [type=submit]").click()
    expect(page.locator(".second-factor__codes code")).to_have_count(10)
    page.context.clear_cookies()
    fill_in_login(page, user)
    page.fill("#id_code", code(user=user.username))
    page.click("[type=submit]")
    expect(page).to_have_url(re.compile("/admin/$"))
