"""Did you mean: from the site's own words, and only what finds something."""

import pytest

from content.saving import delete_content
from search.models import IndexWord, MissedSearch
from search.spelling import corrections, distance
from tests.browser.shapes import said_in
from tests.counting import calls_of
from tests.makers import make_network, make_publication, make_term, write
from tests.search.asking import ask, found, meant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("asile", "asile", 0),
        ("asille", "asile", 1),
        ("asiel", "asile", 1),
        ("aisle", "asile", 1),
        ("asle", "asile", 1),
        ("asola", "asile", 2),
        ("", "asile", 5),
        ("asile", "", 5),
    ],
)
def test_slips_are_counted(one, other, slips):
    assert distance(one, other) == distance(other, one) == slips


def said(language, text):
    """Return an interface text as a page's text has it: every white space a space."""
    return " ".join(said_in(language, text).split())


@pytest.fixture
def site(committed):
    with committed():
        make_network(
            fr={"title": "Réseau du logement", "summary": "Hébergement d’urgence"}, nl={"title": "Huisvesting"}
        )
        make_term(fr={"title": "regroupement familial"}, nl={"title": "asielprocedure"})
        make_network(fr={"title": "Sans papiers, sans abri"}, nl=None)


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("fr", "logment", "logement"),
        ("fr", "lgoement", "logement"),
        ("fr", "hebergemant", "hébergement"),
        ("fr", "réseau du logemant d'urjence", "réseau du logement d'urgence"),
        ("fr", "regroupment familliale", "regroupement familial"),
        ("fr", "sanspapiers", "sans papiers"),
        ("nl", "huisvestng", "huisvesting"),
        ("nl", "asiel procedure", "asielprocedure"),
    ],
)
def test_what_was_meant_is_offered_as_it_is_written(client, site, language, typed, expected):
    page = ask(client, typed, language)
    assert meant(page)[:1] == [expected]
    (href,) = [href for href, text in page.links() if text == expected and "q=" in href]
    assert found(ask(client, expected, language))
    assert client.get(f"{'/fr/recherche/' if language == 'fr' else '/nl/zoeken/'}{href}").status_code == 200


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [("fr", "regroupment familliale", "regroupement familial"), ("nl", "huisvestng", "huisvesting")],
)
def test_what_alone_can_have_been_meant_is_shown_at_once(client, site, language, typed, expected):
    page = ask(client, typed, language)
    assert found(page) == found(ask(client, expected, language)) != []
    assert said(language, "Nothing was found for these words. This was found for:") in page.text
    # For the staff it was looked for in vain: a synonym may be missing.
    assert MissedSearch.objects.get().count == 1


def test_more_of_what_was_meant_is_looked_for_by_its_right_name(client, committed):
    with committed():
        for number in range(6):
            make_network(fr={"title": f"Grenier {number}"}, nl=None)
    (more,) = [href for href, _text in ask(client, "grennier").links() if "kind=network" in href]
    assert "q=grenier&" in more


@pytest.mark.parametrize(
    ("typed", "title", "offered"),
    [
        ("grenber", "Grenier, Grenter", ["grenier", "grenter"]),
        ("Mexique", "Le lexique", ["lexique"]),
        ("Espagne", "Un espace", ["espace"]),
        ("Jemen", "Nemen", ["nemen"]),
        ("villeneuve", "Une ville neuve", ["ville neuve"]),
    ],
)
def test_what_may_have_been_something_else_is_asked(client, committed, typed, title, offered):
    with committed():
        make_network(fr={"title": title}, nl=None)
    page = ask(client, typed)
    assert sorted(meant(page)) == offered
    assert found(page) == []
    assert said("fr", "Did you mean:") in page.text


def test_a_municipality_is_no_misspelt_word(client, committed):
    with committed():
        make_network(fr={"title": "Une antenne"}, nl=None)
    assert found(ask(client, "antene"))
    page = ask(client, "Andenne")
    assert found(page) == []
    assert [href for href, _text in page.links() if "near=" in href]


def test_a_word_of_the_other_language_is_not_taken_for_a_misspelt_one(client, committed):
    with committed():
        make_network(fr={"title": "Grenier"}, nl=None)
        make_network(fr=None, nl={"title": "Grennier"})
    page = ask(client, "grennier")
    assert meant(page) == ["grenier"]
    assert len(found(page)) == 1, "the Dutch text"
    assert "/nl/" in found(page)[0] or "grennier" in found(page)[0]


@pytest.mark.parametrize("typed", ["xyzzyk", "le", "xx", "12345", "logement", "réseau logement", "مهاجر", "l" * 190])
def test_nothing_is_offered_where_nothing_is_near_or_nothing_is_wrong(client, site, typed):
    assert meant(ask(client, typed)) == []


def test_what_finds_nothing_is_not_offered(client, committed):
    with committed():
        make_network(fr={"title": "Réseau du grenier", "state": "scheduled"}, nl=None)
    assert IndexWord.objects.filter(written="grenier").exists()
    assert corrections("grennier", "fr") == []
    assert meant(ask(client, "grennier")) == []


@pytest.mark.parametrize("gone", ["scheduled", "withdrawn", "deleted"])
@pytest.mark.parametrize("typed", ["zanzibarquu", "toit zanzibarquu", "zanzi barque", "toit zanzibarqueporte"])
def test_a_word_that_no_public_text_holds_is_told_in_no_company(client, committed, gone, typed):
    with committed():
        make_network(fr={"title": "Réseau du toit et de la porte"}, nl=None)
        network = make_network(fr={"title": "Zanzibarque"}, nl=None)
    assert "zanzibarque" in " ".join(meant(ask(client, typed))), "while it is public"
    if gone == "deleted":
        delete_content(network)
    else:
        write(network, "fr", state=gone)
    page = ask(client, typed)
    assert meant(page) == []
    assert "zanzibarque" not in page.text.lower().replace(typed, "")


def test_a_word_of_a_hidden_text_counts_as_unknown_and_stands_in_no_public_ones_way(client, committed):
    """Otherwise the missing offer would tell that it is there."""
    with committed():
        make_network(fr={"title": "Réseau du grenier"}, nl=None)
        make_network(fr={"title": "Grennier", "state": "scheduled"}, nl=None)
        make_network(fr={"title": "Grenniers", "state": "scheduled"}, nl=None)
    assert meant(ask(client, "grennier")) == ["grenier"]
    assert meant(ask(client, "grenniert")) == ["grenier"]


def test_a_word_of_the_other_language_is_no_correction(client, site):
    assert meant(ask(client, "huisvestng", "fr")) == []


def test_the_work_for_many_unknown_words_is_bounded(client, site, django_assert_max_num_queries):
    make_publication(fr={"title": "Guide"})
    with django_assert_max_num_queries(12):
        corrections(" ".join(f"logement{number}x" for number in range(12)), "fr")
    assert calls_of(distance, "a" * 40, "b" * 40) < 10_000
