"""A theme gathers what we do on a subject, whatever its language."""

import pytest

from tests.makers import make_group, make_network, make_organisation, make_theme, make_us, write
from tests.pages import Page, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme():
    return make_theme(fr={"title": "Détention"}, nl={"title": "Detentie"})


def test_a_theme_gathers_its_networks_and_groups_with_our_role_there(client, theme):
    us = make_us()
    network = make_network(
        fr={"title": "Move"},
        nl={"title": "Move"},
        themes=[theme],
        seats=[{"organisation": us, "role": "founder", "since": "2021"}],
    )
    group = make_group(fr={"title": "Groupe Transit"}, nl={"title": "Transitgroep"}, themes=[theme])
    other = make_network(fr={"title": "Autre"}, themes=[make_theme()])
    for language, role in (("fr", "membre fondateur"), ("nl", "stichtend lid")):
        page = Page(client.get(theme.get_absolute_url(language)))
        assert {network.get_absolute_url(language), group.get_absolute_url(language)} <= page.hrefs()
        assert other.get_absolute_url(language) not in page.hrefs()
        assert role in page.text


def test_what_exists_only_in_the_other_language_is_there_and_says_so(client, theme):
    make_network(fr={"title": "Seulement français"}, themes=[theme])
    page = Page(client.get(theme.get_absolute_url("nl")))
    assert page.language_of("Seulement français") == "fr"
    assert "Frans" in page.text


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_published_is_not_on_it(client, theme, state):
    make_network(fr={"title": "Zzz"}, themes=[theme], state=state)
    make_group(fr={"title": "Zzz"}, themes=[theme], state=state)
    assert "zzz" not in Page(client.get(theme.get_absolute_url("fr"))).html.lower()


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_an_unpublished_theme_is_found_nowhere(client, state):
    theme = make_theme(fr={"title": "Zzz", "slug": "zzz"}, nl={"title": "Zzz", "slug": "zzz"}, state=state)
    network = make_network(fr={"title": "Move"}, themes=[theme])
    for language in ("fr", "nl"):
        assert client.get(address("themes:detail", language, slug="zzz")).status_code == 404
        names = ("themes:list", "networks:list", "networks_and_groups", "home")
        for place in [*(address(name, language) for name in names), network.get_absolute_url(language)]:
            assert "zzz" not in Page(client.get(place)).html.lower(), place


def test_the_list_is_in_the_order_of_the_readers_language(client):
    make_theme(fr={"title": "Éducation"}, nl={"title": "Vorming"})
    make_theme(fr={"title": "Travail"}, nl={"title": "Arbeid"})
    make_theme(fr={"title": "Logement"})
    assert Page(client.get(address("themes:list", "fr"))).entries() == ["Éducation", "Logement", "Travail"]
    dutch = Page(client.get(address("themes:list", "nl")))
    assert [name.split()[0] for name in dutch.entries()] == ["Arbeid", "Logement", "Vorming"]
    assert dutch.language_of("Logement") == "fr"


def test_a_theme_in_french_only_is_read_below_a_dutch_address(client, settings):
    theme = make_theme(fr={"title": "Séjour", "text": "<p>Rester.</p>"})
    page = Page(client.get(theme.get_absolute_url("nl")))
    assert "alleen in het Frans" in page.text
    assert page.language_of("Rester.") == "fr"
    assert page.canonical == settings.SITE_URL + theme.get_absolute_url("fr")
    assert "nl" not in page.alternates


def test_a_slug_of_the_other_language_or_of_a_withdrawn_text_leads_to_the_right_place(client, theme):
    response = client.get(address("themes:detail", "nl", slug="detention"))
    assert (response.status_code, response.headers["Location"]) == (301, theme.get_absolute_url("nl"))
    theme = write(theme, "nl", state="withdrawn")
    response = client.get(address("themes:detail", "nl", slug="detentie"))
    assert (response.status_code, response.headers["Location"]) == (302, theme.get_absolute_url("nl"))


def test_a_theme_without_anything_says_so(client, theme):
    make_organisation()
    page = Page(client.get(theme.get_absolute_url("fr")))
    assert page.entries() == []
    assert len(page.text) > len("Détention")
