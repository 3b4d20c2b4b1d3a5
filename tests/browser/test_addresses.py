"""Somebody looks for help on a telephone, without scripts; tells that something is wrong; staff call and check."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from addresses.models import Check, Report
from intake.models import OutboxMessage, RateWindow, Submission
from tests.browser.shapes import said_in
from tests.browser.test_access import EVERYTHING_OPEN, PHONE, TOO_WIDE, violations
from tests.pages import LANGUAGES, address

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
#: A form that is sent sooner was filled in by a machine, see intake/forms.py.
A_PERSON_NEEDS = 3_200  # milliseconds


@pytest.fixture
def legal_desk(sample_of):
    """A free legal desk in Schaerbeek that speaks Arabic, as it was before once the test is over."""
    address = sample_of("address", "legal_desk")
    known = set(address.checks.values_list("pk", flat=True))
    yield address
    address.reports.all().delete()
    address.checks.exclude(pk__in=known).delete()
    for model in (OutboxMessage, RateWindow, Submission):
        model.objects.all().delete()


@in_both_languages
def test_somebody_finds_a_free_legal_desk_that_speaks_arabic_and_reports_an_error(open_page, legal_desk, language):
    """Issue 4, 6: at 360 px, without scripts: near 1030, its hours, an error."""
    page = open_page(language=language, viewport=PHONE, java_script_enabled=False)
    title = legal_desk.translation_shown_in(language).title
    page.goto(address("addresses:list", language))
    # Results first: the filter is folded.
    expect(page.locator(".address-card h3").first).to_be_visible()
    page.locator(".filters > summary").click()
    page.get_by_label(said_in(language, "I am looking for")).select_option("legal")
    page.get_by_label(said_in(language, "Near")).fill("1030")
    # What most readers choose is followed by a button; the rest is folded once more.
    expect(page.locator(".filters button:visible")).to_have_count(1)
    page.locator(".filters__more > summary").click()
    page.get_by_label(said_in(language, "Language spoken")).select_option("ar")
    for condition in ("papers", "free", "walk_in"):
        page.locator(f"[name={condition}]").check()
    page.locator(".filters button").last.click()
    expect(page).to_have_url(re.compile(r"near=1030"))
    first = page.locator(".address-card").first
    expect(first.locator("h3")).to_have_text(title)
    assert page.evaluate(TOO_WIDE) == []

    first.locator("h3 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".hours").first).to_contain_text("12")
    assert page.locator("a[href^='tel:']").count()
    page.get_by_role("link", name=said_in(language, "Report an error on this address")).click()

    page.locator("[name=what][value=hours]").check()
    page.locator("[name=message]").fill("Fermé le mercredi. Gesloten op woensdag.")
    page.wait_for_timeout(A_PERSON_NEEDS)
    page.get_by_role("button", name=said_in(language, "Send")).click()
    expect(page).to_have_url(re.compile(re.escape(reported(legal_desk, language)) + "$"))
    (report,) = Report.objects.filter(address=legal_desk)
    assert (report.what, report.language) == ("hours", language)
    # Readers see at once that somebody reported it: another one, whose browser has kept nothing.
    page = open_page(language=language, viewport=PHONE, java_script_enabled=False)
    page.goto(legal_desk.get_absolute_url(language))
    reported_today = said_in(language, "Somebody reported an error on %(date)s.").split("%(date)s")[0]
    expect(page.locator(".checked").first).to_contain_text(reported_today)


def reported(obj, language):
    return address("addresses:reported", language, slug=obj.translation_shown_in(language).slug)


@in_both_languages
def test_a_report_with_errors_keeps_what_was_typed_and_is_for_everybody(open_page, legal_desk, language):
    page = open_page(language=language, viewport=PHONE, java_script_enabled=False)
    slug = legal_desk.translation_shown_in(language).slug
    page.goto(address("addresses:report", language, slug=slug))
    page.locator("[name=what][value=other]").check()
    page.locator("[name=contact]").fill("nobody at home")
    page.wait_for_timeout(A_PERSON_NEEDS)
    page.get_by_role("button", name=said_in(language, "Send")).click()
    expect(page.locator("[name=contact]")).to_have_value("nobody at home")
    expect(page.locator("[name=what][value=other]")).to_be_checked()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    assert page.evaluate(TOO_WIDE) == []
    assert not Report.objects.filter(address=legal_desk).exists()


@in_both_languages
@pytest.mark.parametrize("state", ["empty", "errors"])
def test_the_form_is_for_everybody(open_page, legal_desk, language, state):
    page = open_page(language=language, viewport=PHONE)
    page.goto(address("addresses:report", language, slug=legal_desk.translation_shown_in(language).slug))
    if state == "errors":
        page.wait_for_timeout(A_PERSON_NEEDS)
        page.get_by_role("button", name=said_in(language, "Send")).click()
        expect(page.locator("[aria-invalid=true]").first).to_be_attached()
    page.evaluate(EVERYTHING_OPEN)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert page.evaluate(TOO_WIDE) == []


@in_both_languages
def test_staff_call_and_record_a_check_with_one_click(open_page, signed_in, legal_desk, language):
    Report.objects.create(address=legal_desk, what="hours", message="?", language="fr", sent_at=timezone.now())
    page = open_page(language=language, signed_in=signed_in[language])
    page.goto(reverse("admin:addresses_address_queue"))
    row = page.locator(f"#address-{legal_desk.pk}")
    before = Check.objects.filter(address=legal_desk).count()
    row.get_by_role("button").first.click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert Check.objects.filter(address=legal_desk).count() == before + 1
    assert not legal_desk.reports.filter(settled_at__isnull=True).exists()
