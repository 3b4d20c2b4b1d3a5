"""What staff arrange stands in the menu and the footer of every page, at once, and never leads to nothing."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cire_site.sections import SECTIONS, Section
from pages.models import MOST_IN_MENU, MenuEntry
from pages.sections import existing
from tests.makers import make_entry, make_page, make_publication, make_staff, make_us, window, write
from tests.pages import LANGUAGES, Page, address, words

pytestmark = pytest.mark.django_db

QUICK = {
    "fr": [
        "Adresses utiles pour les personnes exilées en Belgique",
        "Réfugié, migrant, sans-papiers… Lexique et définitions",
        "Commander des brochures pour sensibiliser",
        "Nos recommandations politiques",
        "Alors quoi, on continue l’exploitation ?",
    ],
    "nl": [
        "Nuttige adressen voor mensen op de vlucht in België",
        "Vluchteling, migrant, mens zonder papieren… Woordenlijst en definities",
        "Brochures bestellen om te sensibiliseren",
        "Onze beleidsaanbevelingen",
        "Alors quoi, on continue l’exploitation ?",
    ],
}


def links_of(page, element):
    return [(link.get("href"), words(link)) for link in page.elements("a", within=element)]


def menu(page):
    (details,) = [element for element in page.elements("details") if element.get("class") == "nav"]
    return links_of(page, details)


def foot(page):
    (footer,) = page.elements("footer")
    return links_of(page, footer)


def labels(links):
    return [text for _href, text in links]


@pytest.fixture
def read(client):
    """Return the page of themes in a language: any page has the same menu and footer."""
    return lambda language="fr": Page(client.get(address("themes:list", language)))


@pytest.fixture
def empty_menu():
    MenuEntry.objects.all().delete()


# --- The five that are most asked for --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_five_entries_stand_on_the_home_page_the_joint_page_and_in_the_footer(client, sample, language):
    missing = {text for text in QUICK[language] if "ommander" in text or "bestellen" in text}
    expected = [text for text in QUICK[language] if "orders:order" in existing() or text not in missing]
    assert len(expected) >= 4
    home = Page(client.get(address("home", language)))
    joint = Page(client.get(address("networks_and_groups", language)))
    (doors,) = [element for element in home.elements("ul") if element.get("class") == "doors"]
    names = [words(name) for name in home.elements("span", within=doors) if name.get("class") == "doors__name"]
    assert plain(names)[: len(expected)] == plain(expected)
    asked = [text for text in plain(labels(joint.links())) if text in plain(expected)]
    assert asked == plain(expected)
    for page in (home, joint):
        assert plain(labels(foot(page)))[: len(expected)] == plain(expected)
        for href, _text in foot(page):
            assert href.startswith(f"/{language}/")
            assert client.get(href).status_code == 200, href


def plain(texts):
    return [text.replace("\xa0", " ").replace("\u202f", " ") for text in texts]


def test_an_entry_without_label_has_the_name_of_what_it_leads_to_in_its_language(client, sample):
    (entry,) = [
        link
        for link in Page(client.get("/nl/")).elements("a")
        if link.get("href").endswith("/alors-quoi-on-continue-l-exploitation/") and words(link).startswith("Alors")
        if not any(child.tag == "span" for child in link)
    ]
    assert entry.get("href").startswith("/nl/publicaties/")
    assert entry.get("lang") == "fr"


# --- Sections --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_site_has_a_menu_that_fits_its_line(read, language):
    links = menu(read(language))
    assert 4 <= len(links) <= MOST_IN_MENU - 2  # the sample adds two
    assert all(href.startswith(f"/{language}/") for href, _text in links)


def test_every_section_is_reached_from_the_menu_or_the_footer(read):
    page = read()
    reached = {href for href, _text in [*menu(page), *foot(page)]}
    with override("fr"):
        expected = {section.href for name, section in existing().items() if name != "pages:contact"}
    assert expected - reached == set()


def test_a_section_that_does_not_exist_is_left_out_and_stands_there_once_it_does(read, settings, monkeypatch):
    MenuEntry.objects.create(place="menu", position=0, section="nowhere:list")
    monkeypatch.setattr("cire_site.sections.SECTIONS", (*SECTIONS, Section("nowhere:list", "Nowhere")))
    assert "Nowhere" not in labels(menu(read()))
    monkeypatch.setattr("cire_site.sections.SECTIONS", (*SECTIONS, Section("home", "Nowhere")))
    MenuEntry.objects.filter(section="nowhere:list").update(section="home")
    cache.clear()
    assert menu(read())[0] == ("/fr/", "Nowhere")


def test_the_menu_marks_where_the_reader_is(client, sample):
    def marks(path):
        (nav,) = [element for element in Page(client.get(path)).elements("details") if element.get("class") == "nav"]
        return {words(link): link.get("aria-current") for link in nav.iter("a") if link.get("aria-current")}

    assert marks("/fr/adresses/") == {"Adresses utiles": "page"}
    assert marks("/fr/reseaux/picum/") == {"Réseaux et groupes": "true"}
    assert marks("/fr/a-propos/") == {"À propos": "page"}
    assert marks("/nl/onze-diensten/") == {"Over ons": "true"}
    assert marks("/fr/") == {}


# --- Pages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_a_page_that_is_not_public_stands_in_no_menu(read, empty_menu, state):
    page = make_page(fr={"title": "Caché", "state": state}, nl=None)
    for place in ("menu", "footer", "quick"):
        make_entry(place, page=page, label={"fr": "Caché", "nl": "Verborgen"})
    for language in LANGUAGES:
        assert menu_and_foot(read(language)) == []


def menu_and_foot(page):
    has_menu = any(element.get("class") == "nav" for element in page.elements("details"))
    return [*(menu(page) if has_menu else []), *foot(page)]


def test_a_page_comes_into_the_menu_and_goes_by_the_clock_alone(read, empty_menu, monkeypatch):
    now = timezone.now()
    moments = {
        "publish_from": now + datetime.timedelta(seconds=20),
        "publish_until": now + datetime.timedelta(minutes=2),
    }
    page = make_page(fr={"title": "Bientôt"}, nl=None)
    page.translations.update(**moments)
    make_entry("menu", page=page)
    make_entry("menu", section="themes:list")
    seen = []
    for seconds in (0, 19, 21, 59, 119, 121):
        monkeypatch.setattr(timezone, "now", lambda seconds=seconds: now + datetime.timedelta(seconds=seconds))
        seen.append("Bientôt" in labels(menu(read())))
    assert seen == [False, False, True, True, True, False]


def test_a_page_only_in_french_is_named_in_french_in_the_dutch_menu(read, empty_menu):
    make_entry("menu", page=make_page(fr={"title": "Sans néerlandais", "slug": "sans"}, nl=None))
    page = read("nl")
    assert menu(page) == [("/nl/sans/", "Sans néerlandais")]
    (link,) = [link for link in page.elements("a", href="/nl/sans/")]
    assert link.get("lang") == "fr"


def test_a_label_in_one_language_only_is_marked_in_the_other(read, empty_menu):
    make_entry("menu", section="themes:list", label={"fr": "Nos thèmes"})
    (link,) = [link for link in read("nl").elements("a", href="/nl/themas/") if words(link) == "Nos thèmes"]
    assert link.get("lang") == "fr"


def test_a_deleted_page_takes_its_entry_along(read, empty_menu):
    page = make_page(fr={"title": "Partie"}, nl=None)
    make_entry("menu", page=page)
    page.delete()
    assert not MenuEntry.objects.exists()


# --- Other addresses -------------------------------------------------------------------------------------------


def test_an_address_of_this_site_leads_to_the_same_page_in_the_readers_language(read, empty_menu):
    publication = make_publication(fr={"title": "Guide", "slug": "guide"}, nl={"title": "Gids", "slug": "gids"})
    make_entry("menu", address="/fr/publications/guide/")
    make_entry("menu", address="/fr/publications/?kind=guide", label={"fr": "Guides", "nl": "Gidsen"})
    assert menu(read("nl")) == [("/nl/publicaties/gids/", "Gids"), ("/nl/publicaties/?kind=guide", "Gidsen")]
    write(publication, "nl", slug="gids-2026")
    write(publication, "fr", slug="guide-2026")
    assert menu(read("nl"))[0] == ("/nl/publicaties/gids-2026/", "Gids")
    publication.translations.update(**window("withdrawn"))
    cache.clear()
    assert labels(menu(read("nl"))) == ["Gidsen"]


def test_an_address_below_the_page_of_an_object_is_left_out(read, empty_menu):
    make_entry("menu", address="/fr/adresses/nulle-part/signaler/", label={"fr": "Signaler"})
    make_entry("menu", address="/fr/publications/nulle-part/", label={"fr": "Nulle part"})
    make_entry("menu", address="/fr/themes/#a", label={"fr": "Thèmes"})
    assert menu(read()) == [("/fr/themes/#a", "Thèmes")]


def test_an_address_of_another_site_is_shown_as_it_is(read, empty_menu):
    make_entry("footer", address="https://example.org/a?b=c", label={"fr": "Ailleurs"})
    assert ("https://example.org/a?b=c", "Ailleurs") in foot(read())


@pytest.mark.parametrize(
    "address",
    [
        "/fr/nowhere/at/all/",
        "javascript:alert(1)",
        "//example.org/",
        "data:text/html,x",
        "mailto:a@example.org",
        "example.org",
        "https://",
        "http://[",
        "/fr/\x00/",
        "https://example.org/" + "a" * 600,
    ],
)
def test_an_address_that_leads_nowhere_is_refused_with_words(address):
    with pytest.raises(ValidationError) as refused:
        make_entry("footer", address=address, label={"fr": "Nulle part"})
    assert refused.value.messages


def test_the_whole_address_of_this_site_is_kept_as_its_path(settings):
    entry = make_entry("footer", address=f" {settings.SITE_URL}/fr/themes/ ", label={"fr": "Thèmes"})
    assert entry.address == "/fr/themes/"


def test_an_entry_leads_to_one_thing():
    page = make_page()
    for columns in ({"section": "", "page": None}, {"section": "themes:list", "page": page}):
        with pytest.raises(ValidationError):
            make_entry("footer", **columns)
        with pytest.raises(IntegrityError), transaction.atomic():
            MenuEntry.objects.create(place="footer", **columns)


def test_the_main_menu_takes_no_more_than_fit(empty_menu):
    for _number in range(MOST_IN_MENU):
        entry = make_entry("menu")
    with pytest.raises(ValidationError, match=str(MOST_IN_MENU)):
        make_entry("menu")
    make_entry("menu", hidden=True)
    make_entry("footer")
    entry.full_clean()  # one that stands there may be changed


# --- At once, and at no cost -----------------------------------------------------------------------------------


@pytest.fixture
def publisher(client):
    client.force_login(make_staff("Publishers"))
    return client


def test_a_change_in_the_admin_shows_at_once_on_kept_pages_too(publisher, read, settings):
    settings.KEEP_PAGES = True
    before = labels(menu(read()))
    entry = MenuEntry.objects.filter(place="menu", section="glossary:list").get()
    change = reverse("admin:pages_menuentry_change", args=[entry.pk])
    data = {"place": "menu", "position": "0", "section": "glossary:list", "label_fr": "Les mots"}
    assert publisher.post(change, data).status_code == 302
    assert labels(menu(read()))[0] == "Les mots"
    listed = reverse("admin:pages_menuentry_changelist")
    publisher.post(change, {**data, "hidden": "on"})
    assert labels(menu(read())) == [label for label in before if label != "Lexique"]
    publisher.post(reverse("admin:pages_menuentry_delete", args=[entry.pk]), {"post": "yes"})
    other = MenuEntry.objects.filter(place="menu").first()
    publisher.post(listed, {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})
    assert str(other) not in labels(menu(read()))


def test_the_order_and_what_is_hidden_are_changed_in_the_list(publisher, read):
    entries = list(MenuEntry.objects.filter(place="menu"))
    listed = reverse("admin:pages_menuentry_changelist") + "?place__exact=menu"
    data = {"form-TOTAL_FORMS": len(entries), "form-INITIAL_FORMS": len(entries), "_save": "1"}
    for number, entry in enumerate(entries):
        data |= {f"form-{number}-id": entry.pk, f"form-{number}-position": 100 - number}
    before = labels(menu(read()))
    assert publisher.post(listed, data).status_code == 302
    assert labels(menu(read())) == before[::-1]


def test_who_may_not_publish_looks_at_the_menu_only(client):
    for group in ("Editors", "Translators"):
        client.force_login(make_staff(group))
        assert client.get(reverse("admin:pages_menuentry_changelist")).status_code == 200
        assert client.get(reverse("admin:pages_menuentry_add")).status_code == 403


def test_a_page_that_is_kept_asks_for_the_number_of_the_last_change_only(client, settings, sample):
    settings.KEEP_PAGES = True
    for path in ("/fr/", "/nl/over-ons/"):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        assert len(captured) == 1


def test_a_known_menu_costs_a_page_that_is_made_anew_no_query_more(client, settings):
    make_us()
    path = address("themes:list", "fr")
    costs = []
    for _change in range(2):
        for number in range(3):
            page = make_page(fr={"title": f"Page {number}"}, nl=None)
            make_entry("footer", page=page)
            make_entry("footer", address=page.get_absolute_url("fr"))
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        costs.append([query["sql"] for query in captured])
    assert len(costs[0]) == len(costs[1])
    assert not [sql for sql in costs[1] if re.search("pages_menuentry|pages_page", sql)]


def test_a_text_that_is_renamed_is_renamed_in_the_menu(read, empty_menu):
    page = make_page(fr={"title": "Avant"}, nl=None)
    make_entry("menu", page=page)
    assert labels(menu(read())) == ["Avant"]
    write(page, "fr", title="Après")
    assert labels(menu(read())) == ["Après"]
