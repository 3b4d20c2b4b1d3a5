"""Finding terms in a plain text: the longest, in whole words, and never where it is a name or something else."""

import pytest

from glossary.matching import Expression, Lexicon
from tests.counting import calls_of
from tests.glossary.lexicons import SENTENCES, found_in, sample_lexicon

ASYLUM, SEEKER, MINOR = (
    Expression("asile", 1),
    Expression("demandeur·euse d’asile", 2),
    Expression("MENA", 3, exact=True),
)


def found(text, *expressions, language="fr"):
    return found_in(text, Lexicon(expressions, language))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("un demandeur d’asile", "demandeur d’asile"),
        ("un demandeur d'asile", "demandeur d'asile"),
        ("un demandeur\u00a0d’asile", "demandeur\u00a0d’asile"),
        ("un demandeur   d’ asile", "demandeur   d’ asile"),
        ("des demandeurs-d’asile", "demandeurs-d’asile"),
    ],
)
def test_the_longest_wins_whatever_stands_between_its_words(text, words):
    assert found(text, ASYLUM, SEEKER) == {words: 2}


@pytest.mark.parametrize("between", [". ", ", ", " – ", " - ", "; ", " : ", " (", "\n", "… ", " / "])
def test_nothing_is_found_across_a_border(between):
    assert found(f"un demandeur{between}d’asile", SEEKER) == {}


def test_a_part_of_something_longer_is_not_found_beside_it():
    lexicon = Lexicon([ASYLUM, SEEKER, Expression("asile de nuit", None)], "fr")
    assert found_in("L’asile de nuit, puis l’asile et le demandeur d’asile.", lexicon) == {
        "asile": 1,
        "demandeur d’asile": 2,
    }


def test_two_terms_with_one_abbreviation_are_both_offered():
    lexicon = Lexicon([MINOR, Expression("MENA", 4, exact=True), MINOR], "fr")
    assert [one.targets for one in lexicon.find("Un MENA arrive.")] == [(3, 4)]


@pytest.mark.parametrize("text", ["un mena", "un Mena", "MENAS", "les MENA2", "M.E.N.A.", "la MÉNA"])
def test_an_abbreviation_is_found_in_its_exact_writing_only(text):
    assert found(text, MINOR) == {}


@pytest.mark.parametrize("text", ["Un MENA.", "Le MENA-DPI.", "MENA", "D’un MENA, oui", "(un MENA)"])
def test_an_abbreviation_is_found(text):
    assert found(text, MINOR) == {"MENA": 3}


def test_an_abbreviation_has_a_plural_in_dutch():
    expression = Expression("NBMV", 1, exact=True)
    assert found("Twee NBMV’s en drie NBMV's.", expression, language="nl") == {"NBMV’s": 1, "NBMV's": 1}
    assert found("Twee nbmv’s.", expression, language="nl") == {}


@pytest.mark.parametrize("text", ["LES MENA ET LA LOI", "ELLE MENA LA LUTTE"])
def test_among_capitals_an_abbreviation_is_a_word_like_others(text):
    assert found(text, MINOR) == {}


def test_in_brackets_an_abbreviation_stands_for_what_is_before_them():
    assert found("Le Moyen-Orient et l’Afrique du Nord (MENA)", MINOR) == {}


def test_a_term_equal_to_the_name_of_a_commune():
    lexicon = Lexicon([Expression("asile", 1), Expression("Asile", None, exact=True)], "fr")
    assert found_in("L’asile existe.", lexicon) == {"asile": 1}
    assert found_in("Asile est une commune. On vit bien à Asile.", lexicon) == {}
    same = Lexicon([Expression("Schengen", 1), Expression("Schengen", None, exact=True)], "fr")
    assert found_in("Il habite à Schengen.", same) == {}, "nobody can know: not linked"


def test_a_name_hides_the_terms_in_it_however_its_letters_are_written():
    name = Expression("Aide aux demandeurs d’asile de Mons", None, exact=True)
    for text in ("Aide aux demandeurs d'asile de Mons", "aide aux Demandeurs d’Asile de Mons"):
        assert found(text, name, ASYLUM, SEEKER) == {}
    assert found("une aide aux demandeurs d’asile", name, SEEKER) == {"demandeurs d’asile": 2}


@pytest.mark.parametrize(
    "text",
    ["Réseau Asile", "À l’Asile", "Asile Liège aide.", "Asile et Migration", "Contact : Asile", "M. Asile", "ASILE !"],
)
def test_a_capital_makes_a_name(text):
    assert found(text, ASYLUM) == {}


@pytest.mark.parametrize(
    "text", ["Asile ou pas", "Venez. Asile et accueil.", "Quoi ? Asile.", "En 2024. Asile refusé."]
)
def test_a_capital_says_nothing_where_a_sentence_begins(text):
    assert found(text, ASYLUM) == {"Asile": 1}


@pytest.mark.parametrize(
    "text", ["« asile »", "“asile”", '"asile"', "„asile”", "‘asile’", "« l’asile, dit-il", "« “a” asile »"]
)
def test_quotations_are_left_alone(text):
    assert found(text, ASYLUM) == {}


def test_after_a_quotation_the_text_goes_on():
    assert found("« non », l’asile, aujourd’hui", ASYLUM) == {"asile": 1}
    assert found("« non\nl’asile", ASYLUM) == {"asile": 1}, "a quotation ends with its paragraph"


@pytest.mark.parametrize(
    "text",
    [
        "asile@example.org",
        "info@asile.be",
        "www.asile.be",
        "https://x.be/asile",
        "x.be/a/asile",
        "#asile",
        "?q=asile",
        "asile_2",
    ],
)
def test_addresses_are_left_alone(text):
    assert found(f"Voir {text} ici", ASYLUM) == {}


@pytest.mark.parametrize("text", ["post-asile", "asile-migration", "asile- et migration"])
def test_parts_of_compounds_are_left_alone(text):
    assert found(text, ASYLUM) == {}


def test_a_hyphen_after_a_little_word_must_be_there():
    expression = Expression("sans-papiers", 1)
    assert found("les sans-papiers et les sans‑papiers", expression) == {"sans-papiers": 1, "sans‑papiers": 1}
    assert found("elle voyage sans papiers", expression) == {}
    assert found("un primo arrivant", Expression("primo-arrivant·e", 1)) == {"primo arrivant": 1}


def test_what_means_something_else_before_a_little_word_is_ours_before_a_word_of_ours():
    expressions = [Expression("éloignement", 9), Expression("éloignement de", None), SEEKER]
    assert found("l’éloignement de la ville", *expressions) == {}
    assert found("l’éloignement des demandeurs d’asile", *expressions) == {"éloignement": 9, "demandeurs d’asile": 2}
    assert found("l’éloignement d’un demandeur d’asile", *expressions) == {"éloignement": 9, "demandeur d’asile": 2}
    assert found("l’éloignement de, demandeurs d’asile", *expressions) == {"demandeurs d’asile": 2}


@pytest.mark.parametrize("term", ["C.A.P. (x)*", "a|b", "[asile", "(?P<x>", "\\d+", "^$", "asile)", "(", "*", "..", ""])
def test_signs_of_regular_expressions_are_signs(term):
    lexicon = Lexicon([Expression(term, 1), Expression(term, 2, exact=True)], "fr")
    lexicon.find(f"Voici {term} et l’asile, puis 123.")
    assert found_in("rien du tout", lexicon) == {}


def test_a_term_with_such_signs_is_found_as_it_is_written():
    lexicon = Lexicon([Expression("C.A.P. (x)*", 1, exact=True)], "fr")
    assert lexicon.find("un CAP x") == []
    assert found_in("permis C+E", Lexicon([Expression("C+E", 1)], "fr")) == {}, "a sign is no joint"


def test_texts_without_words():
    for text in ("", " ", "\n", "…", "«", "’", "-", "\u00ad", "«»“”"):
        assert found(text, ASYLUM, MINOR) == {}


def test_the_tree_grows_with_the_words_and_not_with_their_forms():
    words = "demandeur·euse étranger·ère accrédité·e reconnu·e accompagné·e"
    lexicon = Lexicon([Expression(" ".join([words] * 4), 1)], "fr")
    nodes, count = [lexicon._root], 0
    while nodes:
        count += len(nodes)
        nodes = [child for node in nodes for child in node.children.values()]
    assert count == 21


@pytest.mark.parametrize(
    "piece",
    [
        " ".join(row["text"] for row in SENTENCES["fr"][:40]),
        *(
            "« ",
            '“„"‘',
            "asile ",
            "Asile ",
            "d’",
            "demandeur ",
            "demandeur  \u00a0 ",
            "-",
            ".",
            "réfugié·e·s·",
            "(e)",
            "x@y.z/",
        ),
        *("\n", " ", "Comité de ", "éloignement de ", "asile de "),
    ],
)
def test_work_is_in_proportion_to_the_text(piece):
    lexicon = sample_lexicon("fr")

    def calls(length):
        return calls_of(lexicon.find, (piece * (length // len(piece) + 1))[:length])

    calls(1_000)  # what is made once
    assert calls(200_000) < 11 * calls(20_000) + 1_000
