"""What a search engine is told of a word is what its page says, and nothing that is not public."""

import json

import pytest
from django.conf import settings

from tests.makers import make_term
from tests.pages import LANGUAGES, Page, address

pytestmark = pytest.mark.django_db


def data_of(client, term, language="fr"):
    return Page(client.get(term.get_absolute_url(language))).json_ld


def set_of(client, language="fr", query=""):
    return Page(client.get(address("glossary:list", language) + query)).json_ld


def make_seeker(**given):
    return make_term(
        fr={"title": "demandeur·euse d’asile", "abbreviation": "DPI", "summary": "Qui attend."},
        nl={"title": "asielzoeker", "abbreviation": "VIB", "summary": "Wie wacht."},
        words=[
            {"text": "requérant·e"},
            {"language": "nl", "text": "verzoeker"},
            {"kind": "discouraged", "text": "faux réfugié", "why": "Personne n’est faux."},
            {"language": "nl", "kind": "discouraged", "text": "asielshopper", "why": "Vluchten is geen aankoop."},
            {"kind": "spelling", "text": "demandeuse"},
        ],
        **given,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_a_defined_term_of_our_set(client, language):
    term = make_seeker()
    page = Page(client.get(term.get_absolute_url(language)))
    data = page.json_ld
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "DefinedTerm"
    assert data["@id"] == page.canonical
    assert data["inLanguage"] == language
    expected = {
        "fr": ("demandeur·euse d’asile", "DPI", "Qui attend.", ["requérant·e"]),
        "nl": ("asielzoeker", "VIB", "Wie wacht.", ["verzoeker"]),
    }[language]
    assert (data["name"], data["termCode"], data["description"], data["alternateName"]) == expected
    for said in (*expected[:3], *expected[3]):
        assert said in page.text
    assert data["inDefinedTermSet"] == settings.SITE_URL + address("glossary:list", language)
    other = "nl" if language == "fr" else "fr"
    assert data["sameAs"] == [settings.SITE_URL + term.get_absolute_url(other)]


def test_words_to_avoid_are_no_other_names(client):
    text = json.dumps([data_of(client, make_seeker(), language) for language in LANGUAGES], ensure_ascii=False)
    for word in ("faux réfugié", "asielshopper", "demandeuse"):
        assert word not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_one_language_is_told_in_that_language_at_its_own_address(client, language):
    term = make_term(
        fr={"title": "tutelle", "summary": "Une aide."},
        nl={"title": "voogdij", "summary": "Een hulp.", "state": "draft"},
        words=[{"language": "nl", "text": "bijstand"}],
    )
    data = data_of(client, term, language)
    assert (data["name"], data["inLanguage"]) == ("tutelle", "fr")
    assert data["@id"] == settings.SITE_URL + term.get_absolute_url("fr")
    assert data["inDefinedTermSet"] == settings.SITE_URL + address("glossary:list", "fr")
    assert not {"sameAs", "alternateName", "termCode"} & data.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_is_the_set_with_the_public_words(client, language):
    seeker = make_seeker()
    alone = make_term(fr={"title": "tutelle"}, nl={"title": "voogdij", "state": "draft"})
    make_term(fr={"title": "brouillon", "state": "draft"}, nl={"title": "kladwerk", "state": "withdrawn"})
    data = set_of(client, language)
    assert data["@type"] == "DefinedTermSet"
    assert data["inLanguage"] == language
    assert data["@id"] == settings.SITE_URL + address("glossary:list", language)
    listed = {one["@id"]: one["name"] for one in data["hasDefinedTerm"]}
    assert listed == {
        settings.SITE_URL + seeker.get_absolute_url(language): {"fr": "demandeur·euse d’asile", "nl": "asielzoeker"}[
            language
        ],
        settings.SITE_URL + alone.get_absolute_url("fr"): "tutelle",
    }


def test_an_empty_or_narrowed_index_tells_of_what_it_shows(client):
    assert set_of(client)["hasDefinedTerm"] == []
    make_seeker()
    make_term(fr={"title": "tutelle"})
    assert [one["name"] for one in set_of(client, query="?q=tutelle")["hasDefinedTerm"]] == ["tutelle"]


def test_no_text_of_an_editor_ends_the_script(client):
    term = make_term(fr={"title": "</script><b>mot", "summary": "<!-- & </script>"})
    assert data_of(client, term)["name"] == "</script><b>mot"
    assert set_of(client)["hasDefinedTerm"][0]["name"] == "</script><b>mot"
