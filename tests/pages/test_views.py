"""A free page stands at its own word, below its parent, and never where a section is."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from addresses.models import Address
from cire_site.sections import taken_words
from content.saving import validate_content
from pages.models import Page as FreePage
from tests.makers import make_address, make_page, make_us, unsaved, window, write
from tests.pages import LANGUAGES, Page, faults, words

pytestmark = pytest.mark.django_db

TEXTS = {
    "fr": {"title": "Qui sommes-nous", "slug": "qui", "summary": "Une équipe.", "text": "<h2>L’équipe</h2><p>Un.</p>"},
    "nl": {"title": "Wie zijn we", "slug": "wie", "summary": "Een team.", "text": "<h2>Het team</h2><p>Een.</p>"},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_title_summary_and_text_in_its_language(client, language):
    make_page(**TEXTS)
    expected = TEXTS[language]
    page = Page(client.get(f"/{language}/{expected['slug']}/"))
    assert page.title == f"{expected['title']} | CIRÉ"
    assert page.description == expected["summary"]
    assert expected["summary"] in page.text
    assert page.canonical.endswith(f"/{language}/{expected['slug']}/")
    assert set(page.alternates) >= set(LANGUAGES)
    assert faults(page.html) == []
    # The titles in its text are the sections of the page, right below its own title.
    titles = [(title.tag, words(title)) for title in page.elements("h1", "h2", "h3", within=page.main)]
    assert titles == [("h1", expected["title"]), ("h2", "L’équipe" if language == "fr" else "Het team")]


def test_a_page_in_french_only_is_shown_in_french_below_nl_and_says_so(client):
    make_page(fr=TEXTS["fr"], nl=None)
    page = Page(client.get("/nl/qui/"))
    assert page.lang == "nl"
    assert page.language_of("Un.") == "fr"
    assert "Deze tekst bestaat alleen in het Frans." in page.text
    assert page.canonical.endswith("/fr/qui/")
    assert "nl" not in page.alternates


@pytest.mark.parametrize(("shows_contact", "kind"), [(False, "WebPage"), (True, "ContactPage")])
def test_search_engines_learn_what_a_page_is_and_how_old_its_text_is(client, shows_contact, kind):
    page = make_page(**TEXTS, shows_contact=shows_contact)
    data = Page(client.get("/nl/wie/")).json_ld
    assert (data["@type"], data["name"], data["inLanguage"]) == (kind, "Wie zijn we", "nl")
    assert data["@id"].endswith("/nl/wie/")
    changed = datetime.datetime.fromisoformat(data["dateModified"])
    assert abs(changed - page.translations.get(language_code="nl").changed_at) < datetime.timedelta(seconds=1)


def test_the_word_of_the_other_language_leads_to_the_page_in_ones_own(client):
    make_page(**TEXTS)
    response = client.get("/nl/qui/")
    assert (response.status_code, response.headers["Location"]) == (301, "/nl/wie/")


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_a_page_that_is_not_public_does_not_exist(client, state):
    make_page(fr={"slug": "cache", "state": state}, nl=None)
    assert client.get("/fr/cache/").status_code in {404, 410}


# --- Two levels ------------------------------------------------------------------------------------------------


def test_a_page_lists_the_pages_below_it_in_the_order_of_staff_and_stands_above_them(client):
    parent = make_page(**TEXTS)
    for position, title in ((2, "Zoé"), (3, "Abel"), (1, "Max")):
        make_page(fr={"title": title, "slug": title.lower()}, nl=None, parent=parent, position=position)
    make_page(fr={"title": "Brouillon", "state": "draft"}, nl=None, parent=parent)
    assert Page(client.get("/fr/qui/")).entries() == ["Max", "Zoé", "Abel"]
    child = Page(client.get("/fr/max/"))
    (crumbs,) = [element for element in child.elements("nav") if "crumbs" in (element.get("class") or "")]
    assert [link.get("href") for link in child.elements("a", within=crumbs)] == ["/fr/qui/"]


def test_a_page_below_one_that_is_hidden_stands_alone(client):
    parent = make_page(fr={"title": "Caché", "state": "draft"}, nl=None)
    make_page(fr={"title": "Enfant", "slug": "enfant"}, nl=None, parent=parent)
    page = Page(client.get("/fr/enfant/"))
    assert not [element for element in page.elements("nav") if "crumbs" in (element.get("class") or "")]
    assert "Caché" not in page.html


def test_there_is_no_third_level_and_no_circle():
    top = make_page()
    below = make_page(parent=top)
    with pytest.raises(ValidationError):
        FreePage(parent=below).full_clean()
    top.parent = make_page()
    with pytest.raises(ValidationError):
        top.full_clean()
    below.parent = below
    with pytest.raises(ValidationError):
        below.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        FreePage.objects.filter(pk=below.pk).update(parent=below.pk)


def test_the_pages_below_a_deleted_page_stay():
    top = make_page()
    below = make_page(parent=top)
    top.delete()
    below.refresh_from_db()
    assert below.parent is None


# --- Words of sections -----------------------------------------------------------------------------------------


def test_the_words_of_sections_are_known_in_both_languages():
    expected = {
        "publications",
        "publicaties",
        "adresses",
        "adressen",
        "contact",
        "admin",
        "media",
        "healthz",
        "fr",
        "nl",
    }
    assert expected <= taken_words()
    # "robots.txt" is no word that a page could have.
    assert not {"un-nom", "slug", "txt", "robots"} & taken_words()


@pytest.mark.parametrize("word", ["publications", "publicaties", "campagnes", "contact", "admin", "nl"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_named_like_a_section_is_refused_in_either_language(word, language):
    texts = {"fr": None, "nl": None, language: {"title": "Titre", "slug": word}}
    with pytest.raises(ValidationError, match=word):
        validate_content(unsaved(FreePage, **texts))


def test_a_page_titled_like_a_section_gets_another_word(client):
    page = make_page(fr={"title": "Publications"}, nl={"title": "Publicaties"})
    slugs = {row.language_code: row.slug for row in page.translations.all()}
    assert slugs == {"fr": "publications-2", "nl": "publicaties-2"}
    assert Page(client.get("/fr/publications-2/")).title.startswith("Publications")


def test_a_section_that_comes_later_takes_its_word(client, monkeypatch):
    make_page(fr={"title": "Brochures", "slug": "brochures"}, nl=None)
    row = FreePage.objects.get().translations.get()
    monkeypatch.setattr("cire_site.sections.taken_words", lambda: frozenset({"brochures"}))
    with pytest.raises(ValidationError, match="brochures"):
        row.full_clean(exclude=["master"])


# --- Bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/fr/%00/", "/fr/a%00b/", "/fr/" + "a" * 3000 + "/", "/fr/%F0%9F%8F%A0/", "/fr/'%22%3C/", "/fr/..%2f/", "/nl/²/"],
)
def test_no_word_breaks_the_site(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/"])
def test_a_word_without_language_that_is_no_page_is_told_to_be_none_at_once(client, path):
    assert client.get(path).status_code == 404


def test_a_page_asked_for_without_its_language_is_found(client):
    make_page(**TEXTS)
    for path, language, expected in (("/qui/", "fr", "/fr/qui/"), ("/wie", "nl", "/nl/wie/")):
        response = client.get(path, headers={"accept-language": language})
        assert (response.status_code, response.headers["Location"]) == (302, expected)
    assert client.get("/reseaux/", headers={"accept-language": "fr"}).status_code == 302


# --- What stands below the text --------------------------------------------------------------------------------


def test_a_page_shows_how_to_reach_us_as_far_as_it_is_known(client):
    us = make_us(nl={"title": "CIRÉ", "slug": "cire", "website": "https://www.example.org/nl/"})
    page = make_page(fr={"title": "Nous joindre", "slug": "joindre"}, nl={"title": "Bereiken", "slug": "bereiken"})
    assert "example.org" not in Page(client.get("/nl/bereiken/")).text
    FreePage.objects.update(shows_contact=True)
    page = Page(client.get("/nl/bereiken/"))
    assert "example.org" in page.text
    assert "/nl/contact/" in page.hrefs()
    desk = make_address(
        nl={"title": "Onthaal", "street": "Voorbeeldstraat 1"},
        fr={"title": "Accueil", "street": "rue de l’Exemple 1"},
        phones=["02 000 00 00"],
        email="accueil@example.org",
        organisation=us,
    )
    hidden = make_address(fr={"title": "Fermé", "state": "draft"}, nl=None, organisation=us)
    assert hidden.organisation == us
    page = Page(client.get("/nl/bereiken/"))
    assert {"tel:+3220000000", "mailto:accueil@example.org", desk.get_absolute_url("nl")} <= page.hrefs()
    assert "Voorbeeldstraat 1" in page.text
    assert "Fermé" not in page.text
    Address.objects.filter(pk=desk.pk).update(valid_until="2020-01-01")
    assert "Voorbeeldstraat" not in Page(client.get("/nl/bereiken/")).text


def test_without_an_organisation_of_our_own_the_page_stands_all_the_same(client):
    make_page(fr={"title": "Nous joindre", "slug": "joindre"}, nl=None, shows_contact=True)
    assert "/fr/contact/" in Page(client.get("/fr/joindre/")).hrefs()


def test_a_page_leads_to_a_section_that_exists(client):
    page = make_page(**TEXTS, leads_to="themes:list")
    assert "/nl/themas/" in Page(client.get("/nl/wie/")).hrefs()
    FreePage.objects.filter(pk=page.pk).update(leads_to="nowhere:list")
    before = Page(client.get("/nl/wie/"))
    assert not [link for link in before.elements("a", within=before.main) if link.get("class") == "button"]


def test_a_page_that_was_withdrawn_in_dutch_leads_dutch_readers_to_its_french(client):
    page = make_page(**TEXTS)
    write(page, "nl", **window("withdrawn"))
    response = client.get("/nl/wie/")
    assert (response.status_code, response.headers["Location"]) == (302, "/nl/qui/")
