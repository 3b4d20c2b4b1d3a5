"""The sample pages say what is true of this software, in both languages, and lead where they say."""

import datetime
import re

import pytest
from django.conf import settings

from addresses import confirming, reporting
from content.sample import find
from intake import limits, submissions
from pages.models import MenuEntry
from pages.models import Page as FreePage
from pages.sample import loader
from tests.pages import LANGUAGES, Page

pytestmark = pytest.mark.django_db

KEYS = ("about", "team", "contact", "how_to_order", "legal", "privacy", "accessibility")
#: A sign before which French has a space, with a space at which a line may break, or none.
BREAKS = re.compile(r"\w [:;?!»]|« |\w[;?!»](?:\s|$)")


@pytest.fixture
def pages():
    loader.load()
    return {key: find(FreePage, key) for key in KEYS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_page_is_public_in_both_languages_and_none_is_older(client, pages, language):
    for page in pages.values():
        response = Page(client.get(page.get_absolute_url(language)))
        assert response.lang == language
        assert len(response.text) > 300
        assert "language-notice" not in response.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_a_sample_page_leads_to_a_page_in_its_language(client, pages, language):
    followed = set()
    for page in pages.values():
        (text,) = [
            element
            for element in Page(client.get(page.get_absolute_url(language))).elements("div")
            if "prose" in (element.get("class") or "").split()
        ]
        followed |= {link.get("href") for link in text.iter("a")}
    ours = {href for href in followed if href.startswith("/")}
    assert len(ours) >= 5
    for href in ours:
        assert href.startswith(f"/{language}/")
        assert client.get(href).status_code == 200, href
    assert all(href.startswith("https://") for href in followed - ours)


def test_french_signs_stand_on_the_line_of_their_word(pages):
    for page in pages.values():
        row = page.translations.get(language_code="fr")
        words = re.sub(r"<[^>]*>", "", " ".join((row.title, row.summary, row.text)))
        assert BREAKS.findall(words) == []


def test_the_page_on_personal_data_says_how_long_things_are_kept(pages):
    """Whoever changes one of these changes the sample page too."""
    days = {
        "30": settings.OUTBOX_KEEP_DAYS,
        "a day": datetime.timedelta(seconds=limits.DAY).days,
        "two days": submissions.KEPT.days,
        "a year after it was settled": reporting.KEPT.days,
        "30 after it was settled": reporting.CONTACT_KEPT.days,
        "90": reporting.CONTACT_KEPT_WAITING.days,
        "a year": confirming.KEPT.days,
    }
    assert list(days.values()) == [30, 1, 2, 365, 30, 90, 365]
    for language, words in (
        ("fr", ("30 jours", "90 jours", "deux jours", "un an après", "après un jour", "Douze mois", "14 jours")),
        ("nl", ("30 dagen", "90 dagen", "twee dagen", "een jaar na", "na een dag", "Twaalf maanden", "14 dagen")),
    ):
        text = " ".join(pages["privacy"].translations.get(language_code=language).text.split())
        assert [part for part in words if part not in text] == []


def test_loading_twice_changes_nothing_and_brings_nothing_back(pages):
    pages["legal"].menu_entries.all().delete()
    MenuEntry.objects.filter(place="menu").update(hidden=True)
    left = list(MenuEntry.objects.values())
    assert loader.load() == 0
    assert list(MenuEntry.objects.values()) == left


def test_a_site_without_any_entry_starts_with_the_menu_again():
    MenuEntry.objects.all().delete()
    loader.load()
    assert {entry.place for entry in MenuEntry.objects.all()} == {"menu", "quick", "footer"}
    assert MenuEntry.objects.filter(place="quick").count() == 5
