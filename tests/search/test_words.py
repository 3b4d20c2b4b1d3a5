"""Which words are the same for the search."""

import pytest

from search.words import LONGEST_WORD, STOP_WORDS, tokens_of, words_of
from tests.counting import calls_of

SAME = [
    ("fr", "réfugié", "Réfugiés refugiee RÉFUGIÉES réfugié·e réfugié.e.s réfugié(e)s réfugié-e-s refugie"),
    ("fr", "demandeur", "demandeurs demandeuse demandeuses demandeur·euse demandeur·euse·s"),
    ("fr", "étranger", "étrangers étrangère étrangères étranger·ère·s etranger"),
    ("fr", "tuteur", "tuteurs tutrice tutrices tuteur·rice"),
    ("fr", "fermé", "fermés fermée fermées ferme"),
    ("fr", "national", "nationaux nationale nationales"),
    ("fr", "travail", "travaux"),
    ("fr", "œuvre", "oeuvres Œuvre"),
    ("fr", "régularisation", "régularisations regularisation régularisé régularisée"),
    ("fr", "frontière", "frontieres FRONTIÈRES"),
    ("nl", "vluchteling", "vluchtelingen Vluchteling"),
    ("nl", "grens", "grenzen"),
    ("nl", "huis", "huizen"),
    ("nl", "verblijf", "verblijven"),
    ("nl", "brief", "brieven"),
    ("nl", "gezin", "gezinnen"),
    ("nl", "gesprek", "gesprekken"),
    ("nl", "persoon", "personen"),
    ("nl", "advocaat", "advocaten"),
    ("nl", "opvangcentrum", "opvangcentra"),
    ("nl", "kind", "kinderen"),
    ("nl", "diploma", "diploma's diploma’s"),
    ("nl", "geïntegreerd", "geintegreerd"),
]
DIFFERENT = [
    ("fr", "asile", "asilaire"),
    ("fr", "droit", "étroit"),
    ("fr", "mineur", "mine"),
    ("nl", "recht", "rechter"),
]


@pytest.mark.parametrize(("language", "word", "others"), SAME)
def test_forms_of_a_word_are_one(language, word, others):
    stem, _form = tokens_of(word, language)
    assert {other: tokens_of(other, language)[0] for other in others.split()} == dict.fromkeys(others.split(), stem)


@pytest.mark.parametrize(("language", "one", "other"), DIFFERENT)
def test_other_words_are_others(language, one, other):
    assert tokens_of(one, language)[0] != tokens_of(other, language)[0]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("L’asile d'un réfugié", ["wasile", "wrefugie"]),
        ("aujourd’hui, sans-papiers", ["waujourd", "whui", "wsans", "wpapiers"]),
        ("article 9bis, 1030 Schaerbeek", ["warticle", "w9bis", "w1030", "wschaerbeek"]),
        ("de la du", []),
        ("🏠 — …", []),
    ],
)
def test_a_text_is_cut_into_words(text, forms):
    assert [word.form for word in words_of(text, "fr")] == forms


def test_a_word_is_found_where_it_stands():
    text = "Les réfugié·e·s d’ici"
    assert [text[word.start : word.end] for word in words_of(text, "fr")] == ["réfugié·e·s", "ici"]


def test_tokens_are_what_both_databases_take_whole():
    """Letters and digits of ASCII, a letter first: no parser of any database cuts or reads anything else."""
    text = "Éé ﬁ ß ½ ① 1e5 -3.2 a@b.be x_y مهاجر 庇護 ǅ 𝓉𝑜𝒾𝓉 naïve £$%&*()\"'|!:<-> \u0300 \u200d İ"
    for language in STOP_WORDS:
        tokens = [token for word in words_of(text, language) for token in (word.stem, word.form)]
        assert len(tokens) > 20
        assert [token for token in tokens if not (token.isascii() and token.isalnum() and token[0] in "sw")] == []
        assert all(token == token.lower() for token in tokens)


def test_the_beginning_of_a_word_in_another_script_is_a_beginning():
    assert tokens_of("مهاجر", "fr")[1].startswith(tokens_of("مها", "fr")[1])


def test_no_word_is_too_long():
    (word,) = words_of("a" * 5000, "fr")
    assert len(word.form) == LONGEST_WORD + 1


def test_the_work_grows_no_faster_than_the_text():
    short, long = ("réfugié·e·s-(e)'" * times for times in (200, 2000))
    tokens_of.cache_clear()
    few = calls_of(words_of, short, "fr")
    tokens_of.cache_clear()
    assert calls_of(words_of, long, "fr") < 12 * few
