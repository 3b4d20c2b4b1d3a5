"""The page of results: groups with counts, excerpts with marks, the other language, places, cheap for everybody."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.saving import save_content
from search import finding
from search.models import IndexEntry
from tests.makers import (
    DAY,
    make_address,
    make_house,
    make_network,
    make_organisation,
    make_publication,
    make_term,
    make_theme,
)
from tests.pages import LANGUAGES, Page, address, faults, words
from tests.search.asking import ask, found, marked, titles

pytestmark = pytest.mark.django_db


def sections(page):
    """{name of a group: names of the texts in it}"""
    groups = [group for group in page.elements("section", within=page.main) if group.get("class") == "found-kind"]
    return {words(next(group.iter("h2"))): [words(title) for title in group.iter("h3")] for group in groups}


def counts(page):
    """{kind: how many} as the page tells beside its groups."""
    (nav,) = [nav for nav in page.elements("nav", within=page.main) if nav.get("class") == "found-kinds"]
    return {words(next(item.iter("a"))): int(words(next(item.iter("span")))) for item in nav.iter("li")}


# --- Groups ----------------------------------------------------------------------------------------------------------


def test_what_is_found_stands_by_kind_with_its_number_that_of_the_best_first(client):
    for number in range(7):
        make_publication(fr={"title": f"Guide {number}", "text": "<p>Un toit.</p>"}, nl=None)
    make_network(fr={"title": "Réseau du toit"}, nl=None)
    make_term(fr={"title": "toit"}, nl=None)
    page = ask(client, "toit")
    assert list(sections(page)) == ["Termes du lexique", "Réseaux", "Publications"]
    assert counts(page) == {"Termes du lexique": 1, "Réseaux": 1, "Publications": 7}
    assert len(sections(page)["Publications"]) == 5
    (more,) = [href for href, _text in page.links() if "kind=publication" in href]
    page = Page(client.get(f"/fr/recherche/{more}"))
    assert len(found(page)) == 7
    assert found(Page(client.get("/fr/recherche/?q=toit&kind=term"))) == ["/fr/lexique/toit/"]


def test_a_long_list_of_one_kind_has_pages_and_no_others(client):
    for number in range(23):
        make_network(fr={"title": f"Réseau du toit {number}"}, nl=None)
    first, second = (found(ask(client, "toit", kind="network", page=number)) for number in (1, 2))
    assert (len(first), len(second), len({*first, *second})) == (20, 3, 23)
    for number in ("3", "0", "-1", "x", "²", "9" * 30):
        assert client.get(f"/fr/recherche/?q=toit&kind=network&page={number}").status_code == 404


def test_a_kind_that_has_none_says_so(client):
    make_network(fr={"title": "Réseau du toit"}, nl=None)
    page = ask(client, "toit", kind="theme")
    assert found(page) == []
    assert "/fr/recherche/?q=toit" in {f"/fr/recherche/{href}" for href, _text in page.links()}


# --- The order -------------------------------------------------------------------------------------------------------


def test_names_come_before_summaries_texts_and_files(client):
    text = make_network(fr={"title": "Deux", "text": "<p>Un toit, un toit, un toit, un toit.</p>"}, nl=None)
    summary = make_network(fr={"title": "Trois", "summary": "Un toit."}, nl=None)
    name = make_network(fr={"title": "Maison au toit vert"}, nl=None)
    acronym = make_network(fr={"title": "Quatre", "acronym": "Toit"}, nl=None)
    expected = [obj.get_absolute_url("fr") for obj in (acronym, name, summary, text)]
    assert found(ask(client, "toit")) == expected


def test_words_side_by_side_come_before_words_apart(client):
    apart = make_network(fr={"title": "Un", "text": "<p>La maison a un toit. Le jardin est partagé.</p>"}, nl=None)
    beside = make_network(fr={"title": "Deux", "text": "<p>Un toit partagé.</p>"}, nl=None)
    expected = [obj.get_absolute_url("fr") for obj in (beside, apart)]
    assert found(ask(client, "toit partagé")) == expected
    assert found(ask(client, '"toit partagé"')) == expected


def test_what_no_longer_holds_comes_after_what_does_and_says_so(client):
    newer = make_publication(fr={"title": "Guide du toit"}, nl=None)
    older = make_publication(fr={"title": "Guide du toit, 2019"}, nl=None, superseded_by=newer)
    wrong = make_publication(fr={"title": "Guide du toit, 2010"}, nl=None, no_longer_valid=True)
    page = ask(client, "guide toit")
    assert found(page)[0] == newer.get_absolute_url("fr")
    assert set(found(page)) == {obj.get_absolute_url("fr") for obj in (newer, older, wrong)}
    (line,) = [line for line in page.elements("p", within=page.main) if "Remplacée par" in words(line)]
    assert [link.get("href") for link in line.iter("a")] == [newer.get_absolute_url("fr")]


def test_some_of_the_words_are_better_than_nothing_and_said_to_be_some(client):
    both = make_network(fr={"title": "Réseau du toit et de la cave"}, nl=None)
    one = make_network(fr={"title": "Réseau du toit"}, nl=None)
    make_network(fr={"title": "Autre"}, nl=None)
    page = ask(client, "toit cave grenier")
    assert found(page) == [both.get_absolute_url("fr"), one.get_absolute_url("fr")]
    assert page.elements("p", within=page.main)
    assert found(ask(client, "toit cave")) == [both.get_absolute_url("fr")]


def test_more_than_are_ranked_are_told_and_an_old_name_is_not_lost(client, monkeypatch):
    monkeypatch.setattr(finding, "MOST_RANKED", 4)
    monkeypatch.setattr("search.views.MOST_RANKED", 4)
    old = make_network(fr={"title": "Toit", "publish_from": timezone.now() - 900 * DAY}, nl=None)
    for number in range(6):
        make_network(fr={"title": f"Réseau {number}", "text": "<p>Un toit.</p>"}, nl=None)
    page = ask(client, "toit")
    assert found(page)[0] == old.get_absolute_url("fr")
    assert len(found(page)) == 4
    (heading,) = page.elements("h2", id="t-results")
    assert "4" in words(heading) and words(heading) != words(
        next(ask(client, "réseau 1").elements("h2", id="t-results"))
    )


# --- What is shown of each -------------------------------------------------------------------------------------------


def test_the_excerpt_shows_the_words_in_any_form_marked(client):
    make_network(
        fr={
            "title": "Un réseau",
            "text": f"<p>{'Rien à voir ici. ' * 60}</p><p>Les réfugié·e·s & <b>leurs</b> toits.</p>",
        },
        nl=None,
    )
    page = ask(client, "toit refugies")
    assert marked(page) == ["réfugié·e·s", "toits"]
    assert "Les réfugié·e·s & leurs toits" in page.text
    assert len(page.text) < 900


def test_what_somebody_wrote_is_never_mark_up(client):
    make_network(fr={"title": "<i>Toit</i> & “co”", "summary": "Un <b>toit</b> <script>x</script>"}, nl=None)
    page = ask(client, "toit <b>x</b>")
    assert not list(page.elements("b", "script", within=page.main))
    assert faults(page.html) == []


def test_a_name_stands_in_its_own_language(client):
    make_network(
        fr={"title": "European Network", "title_language": "en", "acronym": "TOIT", "summary": "Un réseau."}, nl=None
    )
    page = ask(client, "toit")
    assert titles(page) == ["TOIT"]
    assert page.language_of("European Network") == "en"


# --- The other language ----------------------------------------------------------------------------------------------


def test_a_text_that_only_the_other_language_has_is_offered_and_labelled(client):
    both = make_network(fr={"title": "Migrex", "summary": "Un toit."}, nl={"title": "Migrex", "summary": "Een dak."})
    french = make_network(fr={"title": "Réseau Migrex"}, nl=None)
    page = ask(client, "migrex", "nl")
    (other,) = page.elements("section", **{"aria-labelledby": "t-fr"})
    assert found(page) == [both.get_absolute_url("nl"), french.get_absolute_url("nl")]
    assert found(page, within=other) == [french.get_absolute_url("nl")], (
        "on the Dutch side, which says that it is French"
    )
    assert page.language_of("Réseau Migrex") == "fr"
    page = ask(client, "toit", "nl")
    assert found(page) == [both.get_absolute_url("fr")], "the text that holds the word is the French one"


def test_many_of_the_other_language_lead_to_its_search(client):
    for number in range(7):
        make_network(fr={"title": f"Réseau du toit {number}"}, nl=None)
    page = ask(client, "toit", "nl")
    assert len(found(page)) == 5
    assert "/fr/recherche/?q=toit" in page.hrefs()


def test_the_switch_of_languages_keeps_the_question(client):
    page = ask(client, "é&toit")
    (link,) = [link.get("href") for link in page.elements("a", hreflang="nl") if "zoeken" in link.get("href")]
    assert link == "/nl/zoeken/?q=%C3%A9%26toit"


# --- Places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("1030", "1030"),
        ("Schaerbeek", "Schaerbeek"),
        ("schaarbeek", "schaarbeek"),
        ("avocat 1030", "1030"),
        ("aide juridique Namur", "namur"),
        ("1020 Laken", "1020 Laken"),
        ("st-gilles", "st-gilles"),
        ("Laeken", "Laeken"),
    ],
)
def test_a_place_leads_to_the_addresses_near_it(client, text, near):
    make_address(fr={"title": "Permanence"}, nl=None)
    page = ask(client, text)
    links = [href for href, _text in page.links() if href.startswith("/fr/adresses/?near=")]
    assert [href.partition("=")[2] for href in links] == [near.replace(" ", "%20")]
    assert client.get(links[0]).status_code == 200
    assert "n’est pas" not in Page(client.get(links[0])).text


@pytest.mark.parametrize("text", ["asile", "9999", "1789", "droit d'asile", "recht op asiel", "le mur", "0030"])
def test_what_is_no_place_leads_to_none(client, text):
    make_network(fr={"title": "Droit d’asile, recht op asiel, le mur, 1789"}, nl=None)
    assert [href for href, _text in ask(client, text).links() if "near=" in href] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_postcode_that_does_not_exist_is_said_not_to(client, language):
    told = {"fr": "Nous ne connaissons pas le code postal 9999.", "nl": "We kennen postcode 9999 niet."}
    make_network(fr={"title": "Depuis 1789"}, nl={"title": "Sinds 1789"})
    make_network(fr={"title": "Depuis 1951"}, nl=None)
    make_network(fr=None, nl={"title": "Sinds 1951"})
    assert told[language] in ask(client, "9999", language).text
    unknown = told[language].split("9999")[0]
    for other in ("1789", "1951", "1030", "99999", "an 9999"):
        assert unknown not in ask(client, other, language).text, other
    # A year that texts of another kind hold.
    assert unknown not in ask(client, "1789", language, kind="address").text


def test_an_address_is_found_by_its_postcode_municipality_and_need(client):
    desk = make_address(fr={"title": "Permanence"}, nl={"title": "Spreekuur"}, categories=["legal"])
    save_content(desk)
    for text in ("1030", "Schaerbeek", "schaarbeek", "aide juridique"):
        assert desk.get_absolute_url("fr") in found(ask(client, text)), text


# --- The box ---------------------------------------------------------------------------------------------------------


def boxes(page):
    return [box for form in page.elements("form", role="search") for box in page.elements("input", within=form)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_box_stands_in_the_head_of_each_page_and_works_as_it_is(client, language):
    make_house()
    for name in ("home", "networks:list", "addresses:list", "glossary:table"):
        page = Page(client.get(address(name, language)))
        (form,) = page.elements("form", role="search")
        assert (form.get("method"), form.get("action")) == ("get", address("search", language))
        (box,) = boxes(page)
        assert box.get("name") == "q"
        assert any(label.get("for") == box.get("id") and words(label) for label in page.elements("label"))


def test_the_page_of_results_has_one_box_with_the_question(client):
    (box,) = boxes(ask(client, "le “toit” & moi"))
    assert box.get("value") == "le “toit” & moi"


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/fr/publications/guide-du-toit/", "fr", "guide du toit"),
        ("/nl/netwerken/dak_boven%20hoofd.html", "nl", "dak boven hoofd"),
        ("/fr/%22%3E%3Cscript%3E/", "fr", "script"),
        ("/fr/" + "a" * 300 + "/", "fr", "a" * 60),
    ],
)
def test_who_comes_to_nothing_can_look_for_it(client, path, language, words):
    page = Page(client.get(path), 404)
    (form,) = page.elements("form", role="search")
    (box,) = boxes(page)
    assert form.get("action") == address("search", language)
    assert box.get("value") == words
    assert faults(page.html) == []


# --- Cheap, safe, whole ----------------------------------------------------------------------------------------------


def test_the_page_is_for_no_search_engine_and_carries_no_cookie(client):
    response = client.get("/fr/recherche/?q=toit")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "public" in response.headers["Cache-Control"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_valid_html_whatever_it_shows(client, language):
    make_house()
    questions = ("", "toit", "dak", "1030", "xyz", "de la", "toit " * 100, "gids daak", "toitt", "guide inconnu")
    found = {text: faults(ask(client, text, language).html) for text in questions}
    found["kind"] = faults(ask(client, "toit", language, kind="publication").html)
    found["bad kind"] = faults(ask(client, "toit", language, kind="<x>").html)
    assert {text: wrong for text, wrong in found.items() if wrong} == {}


def fill(number):
    for index in range(number):
        words = {"title": f"Toit numéro {index}", "summary": "Un toit.", "text": "<p>Un toit, encore.</p>"}
        for make in (make_network, make_organisation, make_publication, make_theme, make_address):
            make(fr=words, nl=words if index % 2 else None)
        make_term(fr=words, nl=words, words=[{"text": f"abri {index}"}])
        make_publication(fr=words, nl=None, no_longer_valid=True)


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_ten_times_as_many_texts_cost_no_query_more(client):
    paths = [
        f"{address('search', language)}?{query}"
        for language in LANGUAGES
        for query in ("q=toit", "q=toit+encore", "q=toit&kind=publication", "q=abri+1", "q=toitt", "q=tiot+inconu")
    ]
    fill(2)
    few = {path: queries(client, path) for path in paths}
    fill(18)
    many = {path: queries(client, path) for path in paths}
    assert {path: (few[path], many[path]) for path in paths if many[path] > few[path]} == {}
    assert max(many.values()) <= 20
    assert many["/fr/recherche/?q=toit"] <= 12


def test_a_page_full_of_results_keeps_to_the_budget(client):
    fill(20)
    for path in ("/fr/recherche/?q=toit", "/fr/recherche/?q=toit&kind=publication"):
        response = client.get(path)
        assert len(gzip.compress(response.content, 6)) < 8_000
    assert IndexEntry.objects.count() > 200
