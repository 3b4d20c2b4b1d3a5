"""What readers type, and what comes first; and what nobody should type does no harm."""

from pathlib import Path

import pytest
import yaml

from content.saving import save_content
from search.indexing import renew_words
from search.models import MissedSearch
from tests.makers import make_network, make_publication
from tests.pages import LANGUAGES
from tests.search.asking import ask, found, meant

pytestmark = pytest.mark.django_db

TABLE = yaml.safe_load((Path(__file__).parent / "queries.yaml").read_text())


def test_the_table_holds_enough_of_both_languages():
    assert set(TABLE) == set(LANGUAGES)
    assert min(len(rows) for rows in TABLE.values()) >= 30
    assert sum(len(rows) for rows in TABLE.values()) >= 80


def test_what_must_come_first_comes_first(client, sample):
    """The whole table at once: the sample content is loaded for it once. Runs on both databases."""
    # Nothing is committed here: the words that a misspelt one is meant as are added as by the daily step.
    renew_words.call()
    wrong = {}
    for language, rows in TABLE.items():
        for row in rows:
            page = ask(client, row["q"], language)
            if "meant" in row:
                if meant(page)[:1] != [row["meant"]]:
                    wrong[row["q"]] = f"did you mean {meant(page)}"
                page = ask(client, row["meant"], language)
            if found(page)[:1] != [f"/{language}/{row['first']}/"]:
                wrong[row["q"]] = found(page)[:2]
    assert wrong == {}


BAD = [
    '"OR" (* a AND',
    "NOT",
    "a OR",
    "NEAR(toit dak, 3)",
    "words:toit",
    "{names} : toit",
    "^toit*",
    '""',
    '"',
    "'",
    "toit'; DROP TABLE search_indexentry; --",
    "' UNION SELECT password FROM accounts_user --",
    "toit:* & !dak | <-> ((",
    "\\",
    "%_%",
    "🏠",
    "🏠 toit",
    "toit\x00dak",
    "\x00",
    "\ud800",
    "\u202e\u200b\ufeff",
    "toit " * 40,
    "de la du",
    "¿?…—",
    "<script>alert(1)</script>",
    "𝓉𝑜𝒾𝓉",
    "①②③",
    "ﬁ ½ ǅ",
    "مهاجر",
    "庇護",
    "a" * 200,
    "-" * 200,
    "é́́́́" * 20,
    "1030 9999 0000",
]


@pytest.mark.parametrize("text", BAD, ids=lambda text: ascii(text)[:30])
def test_no_text_whatever_is_an_error(client, text):
    make_network(fr={"title": "Réseau du toit"}, nl={"title": "Daknetwerk"})
    for language in LANGUAGES:
        for kind in ("", "network"):
            response = client.get(
                f"/{'fr/recherche' if language == 'fr' else 'nl/zoeken'}/", {"q": encoded(text), "kind": kind}
            )
            assert response.status_code == 200


def encoded(text):
    """What cannot be sent as a text is sent as bytes."""
    return text.encode("utf-8", "surrogatepass")


def test_operators_are_words_like_others(client):
    make_network(fr={"title": "Réseau du toit"})
    make_network(fr={"title": "Réseau des portes"})
    assert len(found(ask(client, '(("réseau" toit*'))) == 1
    assert len(found(ask(client, "-réseau NEAR toit"))) == 2, "no text holds the word near: these hold some of them"


def test_a_long_text_is_refused_in_words_and_stays_to_be_shortened(client):
    page = ask(client, "toit " * 1400)
    assert found(page) == []
    assert "200" in page.text
    (box,) = page.elements("input", id="search-page")
    assert 0 < len(box.get("value")) <= 200
    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "de la du", "🏠", "\x00", "?!"])
def test_where_there_is_no_word_nothing_is_said_to_be_missing(client, text):
    make_network(fr={"title": "Réseau de la maison"})
    page = ask(client, text)
    assert found(page) == []
    assert "0 text" not in page.text
    assert not MissedSearch.objects.exists()


def test_emoji_and_invisible_signs_are_left_out_of_a_question(client):
    make_network(fr={"title": "Réseau du toit"})
    for text in ("🏠 toit", "toit\x00", "to\u00adit", "toit\u200b", "«toit»"):
        assert len(found(ask(client, text))) == 1, ascii(text)


def test_a_kind_that_does_not_exist_is_told_and_widens_nothing(client):
    make_network(fr={"title": "Réseau du toit"})
    page = ask(client, "toit", kind="nonsense")
    assert found(page) == []
    assert len(found(ask(client, "toit", kind="network"))) == 1
    assert len(found(ask(client, "toit", kind="publication"))) == 0


def test_arabic_in_a_title_is_found(client):
    save_content(make_publication(editions=[{"languages": ["ar"], "title": "دليل السكن"}]))
    assert len(found(ask(client, "السكن"))) == 1
    assert len(found(ask(client, "السك"))) == 1, "and by its beginning"
