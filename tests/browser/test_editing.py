"""Somebody of the staff writes and publishes, in the real editor and under the admin's own policy."""

import base64
import hashlib
import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import fill_in_login
from tests.browser.shapes import preview_address, said_in

PARAGRAPH = "Journalisten in ballingschap vinden hier steun."


EDITOR = ".ProseMirror[contenteditable=true]"
AT_END = """element => {
    const {selection, doc} = element.editor.state;
    return selection.empty && selection.to === doc.content.size - 1;
}"""


def change_address(obj, language):
    meta = obj._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk]) + f"?language={language}"


def go_to_end_of_text(page):
    """Put the cursor behind the last word. The editor hears of it a moment later: keys sent at once would go astray."""
    editor = page.locator(EDITOR)
    for _attempt in range(50):
        editor.focus()
        page.keyboard.press("Control+End")
        page.wait_for_timeout(50)
        if editor.evaluate(AT_END):
            return
    raise AssertionError("the editor does not follow the cursor")


@pytest.fixture
def network(sample_of, put_back):
    """En-GAJE: French published, Dutch a draft."""
    return put_back(sample_of("network", "en_gaje"))


def test_a_publisher_publishes_a_dutch_text_and_withdraws_it(page, open_page, site, network):
    # Signs in and finds the draft.
    fill_in_login(page, site.staff["fr"])
    page.get_by_role("link", name="Réseaux", exact=True).last.click()
    page.fill("#searchbar", "gaje")
    page.keyboard.press("Enter")
    page.locator("#result_list .state--draft").click()
    expect(page.locator(".text-tabs [aria-current]")).to_contain_text("brouillon")

    # Writes in the editor, a bold paragraph.
    go_to_end_of_text(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type(PARAGRAPH)
    page.fill("[name=summary]", "Steun voor gevluchte journalisten.")
    page.locator("[name=_publish]").click()
    expect(page.locator(".messagelist")).to_contain_text("public")

    # A reader sees it.
    reader = open_page(language="nl")
    reader.goto("/nl/netwerken/en-gaje/")
    expect(reader.locator(".language-notice")).to_have_count(0)
    expect(reader.locator("main .lead")).to_have_text("Steun voor gevluchte journalisten.")
    expect(reader.locator("main .prose h3")).to_have_count(2)
    expect(reader.locator("main .prose > :last-child strong")).to_have_text(PARAGRAPH)
    reader.goto("/nl/netwerken/")
    expect(reader.locator(".entry").filter(has_text="En-GAJE")).to_contain_text("Steun voor gevluchte journalisten.")

    # Withdraws it: Dutch readers get the French text, with a word about it, and the French stays.
    page.locator("[name=_withdraw]").click()
    expect(page.locator(".text-tabs [aria-current]")).to_contain_text("retiré")
    reader = open_page(language="nl")  # the other one's browser may keep the page for a minute
    reader.goto("/nl/netwerken/en-gaje/")
    expect(reader.locator(".language-notice")).to_contain_text("Deze tekst bestaat alleen in het Frans.")
    expect(reader.locator("main")).not_to_contain_text(PARAGRAPH)
    reader.goto("/fr/reseaux/en-gaje/")
    expect(reader.locator("main .lead")).to_contain_text("Une aide pour les journalistes")
    expect(reader.locator(".language-notice")).to_have_count(0)


def test_staff_preview_a_draft_that_readers_do_not_get(open_page, signed_in, network):
    page = open_page(signed_in=signed_in["fr"])
    page.goto(change_address(network, "nl"))
    page.get_by_role("link", name=said_in("fr", "Preview"), exact=True).click()
    expect(page).to_have_url(re.compile(re.escape(preview_address(network, "nl")) + "$"))
    expect(page.locator(".preview-banner")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    draft = network.translations.get(language_code="nl")
    expect(page.locator("main .lead")).to_have_text(draft.summary)
    page.locator(".preview-banner a").click()
    expect(page).to_have_url(re.compile(re.escape(change_address(network, "nl")) + "$"))

    stranger = open_page(language="nl")
    assert stranger.goto(preview_address(network, "nl")).status == 404
    stranger.goto("/nl/netwerken/en-gaje/")
    expect(stranger.locator("main")).not_to_contain_text(draft.summary)


def test_what_was_typed_is_still_there_after_a_mistake(open_page, signed_in, network):
    page = open_page(signed_in=signed_in["nl"], language="nl")
    page.goto(change_address(network, "nl"))
    go_to_end_of_text(page)
    page.keyboard.type(PARAGRAPH)
    page.fill("[name=title]", "")
    page.locator("[name=_continue]").click()
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator(EDITOR)).to_contain_text(PARAGRAPH)


def test_the_policy_lets_in_the_style_of_the_editor_and_no_other(open_page, signed_in, network):
    page = open_page(signed_in=signed_in["fr"])
    response = page.goto(change_address(network, "nl"))
    policy = response.headers["content-security-policy"]
    expect(page.locator(EDITOR)).to_be_visible()
    styles = page.locator("style").all_text_contents()
    digests = {base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles}
    allowed = {
        source.strip("'").removeprefix("sha256-")
        for source in settings.ADMIN_CONTENT_SECURITY_POLICY["style-src"]
        if source.startswith("'sha256-")
    }
    assert digests == allowed, "the editor's style has changed: put its new digest into the settings"
    assert all(f"'sha256-{digest}'" in policy for digest in digests)
    # It is in force: Tiptap's rule for white space.
    assert (
        page.locator(EDITOR)
        .evaluate("element => getComputedStyle(element).whiteSpace")
        .startswith(("break-spaces", "pre-wrap"))
    )
    # And the watch would have noticed another one.
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")
    page.wait_for_timeout(100)
    assert [fault for fault in page.watch.faults if "Content Security Policy" in fault]
    page.watch.faults.clear()


def test_a_wrong_password_is_said_in_the_language_of_the_browser(open_page):
    page = open_page(language="nl")
    page.goto("/admin/")
    page.fill("[name=username]", "nobody")
    page.fill("[name=password]", "wrong")
    page.click("[type=submit]")
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
