"""Old addresses go on working, and staff lead readers on: in a real browser, without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from links.models import MissingAddress, Redirect
from tests.browser.shapes import said_in
from tests.browser.test_access import AXE_OPTIONS, DESK, PHONE, TOO_WIDE, violations
from tests.browser.test_editing import EDITOR, change_address
from tests.makers import write
from tests.pages import LANGUAGES

OLD = {
    "fr": (
        "/publication/petit-guide-anti-prejuges-4e-edition/?utm_source=lettre",
        "/fr/publications/petit-guide-anti-prejuges/",
    ),
    "nl": ("/nl/wie-zijn-wij", "/nl/over-ons/"),
}
MISSING = "/publication/guide-anti-prejuges/"
FILE = "old;new;note\n/projets/essai/;/fr/reseaux/;essai\n/evenement/essai/;;\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_address_leads_to_its_page(open_page, site, language):
    old, new = OLD[language]
    page = open_page(language=language, java_script_enabled=False, viewport=PHONE)
    response = page.goto(old)
    assert response.request.redirected_from.url == site.url + old
    assert response.request.redirected_from.redirected_from is None, "one hop"
    expect(page).to_have_url(site.url + new)
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_gone_says_so_to_everybody(open_page, language):
    page = open_page(language=language, viewport=PHONE)
    assert page.goto("/evenement/soiree-des-60-ans/").status == 410
    expect(page.locator("h1")).to_have_text(said_in(language, "This page is gone"))
    assert violations(page) == []
    assert page.evaluate(TOO_WIDE) == []


@pytest.fixture
def put_redirects_back(db):
    """What staff do to redirects is undone."""
    kept = list(Redirect.objects.values_list("pk", flat=True))
    missing = list(MissingAddress.objects.all())
    yield
    Redirect.objects.exclude(pk__in=kept).delete()
    MissingAddress.objects.all().delete()
    MissingAddress.objects.bulk_create(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_lead_readers_on_in_two_clicks(open_page, signed_in, site, put_redirects_back, language):
    desk = open_page(language=language, signed_in=signed_in[language], java_script_enabled=False, viewport=DESK)
    desk.goto("/admin/links/missingaddress/")
    desk.get_by_role("link", name=said_in(language, "Lead readers on")).filter(has_text=MISSING).click()
    desk.get_by_role("button", name=said_in(language, "Lead readers there from now on")).click()
    expect(desk.locator(".messagelist")).to_contain_text(MISSING)
    reader = open_page(java_script_enabled=False)
    reader.goto(MISSING)
    expect(reader).to_have_url(f"{site.url}/fr/publications/petit-guide-anti-prejuges/")


def test_staff_bring_in_a_file_and_see_first_what_it_changes(open_page, signed_in, put_redirects_back):
    desk = open_page(signed_in=signed_in["fr"], java_script_enabled=False, viewport=PHONE)
    desk.goto("/admin/links/redirect/import/")
    desk.set_input_files("[name=file]", {"name": "r.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    desk.click(".submit-row [type=submit]")
    expect(desk.locator(".sheet__changes")).to_contain_text("/projets/essai/")
    assert desk.evaluate(TOO_WIDE) == []
    desk.click(".submit-row [type=submit]")
    expect(desk.locator(".messagelist")).to_be_visible()
    assert Redirect.objects.filter(path="/projets/essai/").exists()


#: Django's style sheet of forms imports another one; how axe would read that is what the admin's policy forbids.
IN_ADMIN = {**AXE_OPTIONS, "preload": False}
PAGES = {
    "redirects": "/admin/links/redirect/",
    "one redirect": "/admin/links/redirect/add/",
    "import": "/admin/links/redirect/import/",
    "not found": "/admin/links/missingaddress/",
    "deleted": "/admin/links/departure/",
    "report": "/admin/links/link/",
}


@pytest.mark.parametrize("name", [*PAGES, "lead on"])
def test_the_pages_of_links_in_the_admin_are_for_everybody(open_page, signed_in, name):
    lead_on = f"/admin/links/missingaddress/{MissingAddress.objects.get(path=MISSING).pk}/redirect/"
    found = {}
    for size in (DESK, PHONE):
        page = open_page(signed_in=signed_in["fr"], viewport=size)
        page.goto(PAGES.get(name, lead_on))
        found[f"axe, {size['width']}"] = Axe().run(page, options=IN_ADMIN).response["violations"]
        found[f"sideways, {size['width']}"] = page.evaluate(TOO_WIDE)
    assert {where: what for where, what in found.items() if what} == {}


def test_the_editor_shows_addresses_and_a_save_keeps_references(open_page, signed_in, sample_of, put_back):
    group, network = put_back(sample_of("group", "groupe_transit")), sample_of("network", "move")
    address = network.get_absolute_url("fr")
    group = write(group, "fr", text=f'<p>Voir <a href="{address}#t-seats">Move</a>.</p>')
    page = open_page(signed_in=signed_in["fr"], viewport=DESK)
    page.goto(change_address(group, "fr"))
    expect(page.locator(f"{EDITOR} a")).to_have_attribute("href", f"{address}#t-seats")
    page.fill("[name=summary]", "Un autre résumé.")
    page.click("[name=_continue]")
    expect(page.locator(".messagelist")).to_be_visible()
    row = group.translations.model.objects.get(master=group, language_code="fr")
    assert row.summary == "Un autre résumé."
    assert f'href="ref:networks.network/{network.key}#t-seats"' in row.text
    assert f'href="{address}#t-seats"' in row.text_html
