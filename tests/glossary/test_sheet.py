"""The glossary as a file for spreadsheets: both languages side by side, its accents right, nothing that is run."""

import csv
import io

import pytest
from django.conf import settings

from glossary.models import Term, TermTranslation
from tests.makers import make_term, window
from tests.pages import LANGUAGES, address

pytestmark = pytest.mark.django_db

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS_OF_A_LANGUAGE = 5


def response_of(client, language="fr"):
    return client.get(address("glossary:sheet", language))


def lines(client, language="fr"):
    """The cells of the file, its headings first."""
    content = response_of(client, language).content
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes UTF-8 for something else without the mark"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def make_seeker(**given):
    return make_term(
        fr={"title": "réfugié·e", "abbreviation": "RÉF", "summary": "Œuvre d’accueil.", "source": "Loi de 1980"},
        nl={"title": "vluchteling", "abbreviation": "VLU", "summary": "Wie gevlucht is.", "source": "Wet van 1980"},
        words=[
            {"text": "exilé·e"},
            {"text": "personne réfugiée"},
            {"language": "nl", "text": "asielzoeker"},
            {"kind": "discouraged", "text": "faux réfugié", "why": "Personne n’est faux."},
            {"kind": "spelling", "text": "refugié"},
            {"kind": "other_meaning", "text": "réfugié climatique"},
        ],
        **given,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_holds_the_word_in_both_languages_the_readers_first(client, language):
    term = make_seeker(to_confirm={"fr": "la date", "nl": "de datum"})
    headings, row = lines(client, language)
    french = ["réfugié·e", "RÉF", "exilé·e; personne réfugiée", "Œuvre d’accueil.", "Loi de 1980"]
    dutch = ["vluchteling", "VLU", "asielzoeker", "Wie gevlucht is.", "Wet van 1980"]
    both = french + dutch if language == "fr" else dutch + french
    confirm = {"fr": "la date", "nl": "de datum"}[language]
    assert row == [*both, confirm, settings.SITE_URL + term.get_absolute_url(language)]
    assert len(headings) == len(row)
    assert len(set(headings)) == len(headings)
    names = {"fr": ["Français", "Néerlandais"], "nl": ["Nederlands", "Frans"]}[language]
    assert [headings[0], headings[COLUMNS_OF_A_LANGUAGE]] == names
    for place, heading in enumerate(headings[: 2 * COLUMNS_OF_A_LANGUAGE]):
        assert names[place // COLUMNS_OF_A_LANGUAGE] in heading


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_one_language_leaves_the_cells_of_the_other_empty(client, language):
    make_term(
        fr={"title": "tutelle", "summary": "Une aide."},
        nl={"title": "voogdij", "summary": "Een hulp.", "state": "draft"},
        words=[{"language": "nl", "text": "bijstand"}],
    )
    _headings, row = lines(client, language)
    french, empty = ["tutelle", "", "", "Une aide.", ""], [""] * COLUMNS_OF_A_LANGUAGE
    assert row[: 2 * COLUMNS_OF_A_LANGUAGE] == (french + empty if language == "fr" else empty + french)


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_a_hidden_word_is_not_in_the_file(client, state):
    make_term(fr={"title": "brouillon", "state": state}, nl={"title": "kladwerk", "state": state})
    for language in LANGUAGES:
        assert len(lines(client, language)) == 1


def test_rows_stand_in_the_order_of_the_readers_words(client):
    for french, dutch in (("zone", "aanvraag"), ("asile", "zorg"), ("éloignement", "meerderjarig")):
        make_term(fr={"title": french}, nl={"title": dutch})
    assert [row[0] for row in lines(client, "fr")[1:]] == ["asile", "éloignement", "zone"]
    assert [row[0] for row in lines(client, "nl")[1:]] == ["aanvraag", "meerderjarig", "zorg"]


def test_no_cell_is_a_formula(client):
    for start in FORMULA_STARTS:
        make_term(
            fr={"title": f"{start}cmd|'/C calc'!A0", "summary": f"{start}1+1", "abbreviation": f"{start}A"},
            words=[{"text": f"{start}HYPERLINK(1)"}],
            to_confirm={"fr": f"{start}2"},
        )
    for row in lines(client)[1:]:
        assert [cell for cell in row if cell.startswith(FORMULA_STARTS)] == []


def test_a_cell_may_hold_what_separates_cells(client):
    make_term(fr={"title": 'un "mot" ; deux', "summary": "Une ligne\r\net une autre ; fin"})
    _headings, row = lines(client)
    assert row[0] == 'un "mot" ; deux'
    assert row[3].splitlines() == ["Une ligne", "et une autre ; fin"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_file_to_keep_that_any_cache_may_hold(client, language):
    make_seeker()
    response = response_of(client, language)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = {"fr": "cire-fr-nl.csv", "nl": "cire-nl-fr.csv"}[language]
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies


def test_it_is_whole_however_long_the_glossary_is(client):
    terms = Term.objects.bulk_create(Term() for _ in range(501))
    TermTranslation.objects.bulk_create(
        TermTranslation(
            master=term, language_code="fr", title=f"mot {term.pk}", slug=f"mot-{term.pk}", **window("published")
        )
        for term in terms
    )
    assert len(lines(client)) == 502
