"""Words are ordered and found alike, however they are written."""

import pytest

from content.folding import fold, sort_key

TABLE = [
    ("", ""),
    ("Éducation", "education"),
    ("ÎLE", "ile"),
    ("Œuvre", "oeuvre"),
    ("cœur", "coeur"),
    ("Æsir", "aesir"),
    ("Straße", "strasse"),
    ("Malmö", "malmo"),
    ("Ørsted", "orsted"),
    ("Łódź", "lodz"),
    ("Ĳssel", "ijssel"),
    ("İstanbul", "istanbul"),
    ("coördinatie", "coordinatie"),
    ("L’État", "l'etat"),
    ("l‘asile", "l'asile"),
    ("lʼaccueil", "l'accueil"),
    ("Réfugié·e·s", "refugiees"),
    ("réfugié.e.s", "refugiees"),
    ("REFUGIÉ(E)S", "refugiees"),
    ("réfugié•e•s", "refugiees"),
    ("réfugié‧e‧s", "refugiees"),
    ("réfugié∙e", "refugiee"),
    ("réfugié⋅e", "refugiee"),
    ("exilé(e)", "exilee"),
    ("visiteur·euse", "visiteureuse"),
    ("travailleur.euse.s", "travailleureuses"),
    ("acteur.rice.s", "acteurrices"),
    ("cire.be", "cire.be"),
    ("M. Dupont", "m. dupont"),
    ("CIRÉ (Bruxelles)", "cire (bruxelles)"),
    ("2.5", "2.5"),
    ("e\u0301cole", "ecole"),
    ("ﬁn", "fin"),
    ("n°\u00a05", "n° 5"),
    ("العربية", "العربية"),
    ("Ελλάς", "ελλασ"),
]


@pytest.mark.parametrize(("written", "folded"), TABLE)
def test_a_word_is_the_same_however_it_is_written(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize("written", [written for written, _folded in TABLE])
def test_folding_twice_changes_nothing_more(written):
    assert fold(fold(written)) == fold(written)
    assert sort_key(sort_key(written)) == sort_key(written)


def test_all_spellings_of_the_owners_name_are_one():
    assert {fold(name) for name in ("CIRÉ", "CIRE", "Ciré", "CIRé", "cire", "CIRE\u0301")} == {"cire"}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("  L’État —  du lieu ", "l etat du lieu"),
        ("« Logement »", "logement"),
        ("Point d’Appui", "point d appui"),
        ("En-GAJE", "en gaje"),
        ("snake_case", "snake case"),
        ("…", ""),
    ],
)
def test_marks_do_not_count_in_an_alphabetical_list(title, key):
    assert sort_key(title) == key


def test_titles_stand_in_the_order_of_a_dictionary():
    titles = ["Éducation", "Zèbre", "œuvre", "École", "Ombre", "détention", "Asile", "Oeil", "Eau"]
    assert sorted(titles, key=sort_key) == [
        "Asile", "détention", "Eau", "École", "Éducation", "Oeil", "œuvre", "Ombre", "Zèbre",
    ]  # fmt: skip


def test_a_key_fits_its_column():
    assert len(sort_key("œ" * 200)) == 250
