"""The forms in which the words of a term stand in texts."""

import pytest

from glossary.wording import forms_of_term, forms_of_word, key_of, words_in


def keys(text, language="fr"):
    return [key for key, _start, _end in words_in(text, language)]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "réfugié",
            "réfugiée",
            "réfugiés",
            "réfugiées",
            "RÉFUGIÉE",
            "refugie",
            "re\u0301fugie\u0301",
            "réfu\u00adgié",
        ),
        *("réfugié·e", "réfugié·e·s", "réfugié·es", "réfugié∙e", "réfugié•es", "réfugié‧e", "réfugié⋅e"),
        *("réfugié.e", "réfugié.e.s", "réfugié.es", "réfugié(e)", "réfugié(e)s", "réfugié(e)(s)"),
        *("réfugié-e", "réfugié-e-s", "réfugié‑es", "réfugié/e", "réfugié/e/s", "réfugiés/ées"[:-3] + "es"),
    ],
)
@pytest.mark.parametrize("title", ["réfugié·e", "réfugié.e", "réfugié(e)", "réfugié(e)s", "réfugié-e", "réfugié∙e∙s"])
def test_a_word_is_the_same_however_its_genders_are_written(title, written):
    (key,) = keys(written)
    assert key in forms_of_word(title, "fr")


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        (
            "demandeur·euse",
            "demandeur demandeurs demandeuse demandeuses demandeur·euse·s demandeurs·euses demandeur·se",
        ),
        ("tuteur·rice", "tuteur tutrice tuteurs tutrices tuteur·rice·s tuteurs·trices tuteur·trice tuteur(rice)s"),
        ("étranger·ère", "étranger étrangère étrangers étrangères étranger·ère·s étranger·e"),
        ("accrédité·e", "accrédité accréditées accrédité·e·s"),
        ("migrant·e", "migrant migrante migrants migrantes migrant(e)s"),
        ("apatride", "apatride apatrides"),
        ("fermé", "fermé fermée fermés fermées"),
        ("réfugiés", "réfugiés réfugiées"),
        ("familial", "familial familiaux familiale familiales"),
        ("suspensif", "suspensif suspensive suspensifs suspensives"),
        ("de", "de d des du"),
    ],
)
def test_french_forms(title, forms):
    assert {key for form in forms.split() for key in keys(form)} <= forms_of_word(title, "fr")


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("asielzoeker", "asielzoeker asielzoekers"),
        ("vluchteling", "vluchteling vluchtelingen"),
        ("erkend", "erkend erkende"),
        ("staatloze", "staatloze staatlozen"),
        ("centrum", "centrum centra centrums"),
        ("bevel", "bevel bevelen"),
        ("gesprek", "gesprek gesprekken"),
        ("aanvraag", "aanvraag aanvragen"),
        ("persoon", "persoon personen"),
        ("mens", "mens mensen"),
        ("initiatief", "initiatief initiatieven"),
        ("diploma", "diploma diploma's diploma’s"),
        ("minderheid", "minderheid minderheden"),
        ("voogd", "voogd voogden"),
    ],
)
def test_dutch_forms(title, forms):
    assert {key for form in forms.split() for key in keys(form, "nl")} <= forms_of_word(title, "nl")


@pytest.mark.parametrize(
    ("language", "title", "others"),
    [
        ("fr", "migrant·e", "immigrant émigrant migration migrateur migr"),
        ("fr", "asile", "asilaire basile asil"),
        ("fr", "réfugié·e", "réfugier réfugiant refuge"),
        ("fr", "loi", "lois"),
        ("fr", "sûr", "sur"),
        ("fr", "sans", "sens"),
        ("nl", "migrant", "immigrant migratie"),
        ("nl", "asiel", "asielzoeker dierenasiel"),
        ("nl", "wet", "wetten"),
    ],
)
def test_other_words_are_no_forms(language, title, others):
    assert not {key for other in others.split() for key in keys(other, language)} & forms_of_word(title, language)


def test_a_word_goes_on_over_what_is_invisible_and_over_underscores():
    assert keys("im\u00admigrant e\u0301migrant guide_asile_2024 trans\u200bmigrant") == [
        "immigrant",
        "emigrant",
        "guide_asile_2024",
        "transmigrant",
    ]


def test_an_article_ends_at_its_apostrophe():
    assert keys("l’asile d'asile qu’asile") == ["L", "asile", "D", "asile", "qu", "asile"]


def test_a_full_stop_between_two_words_is_no_inclusive_writing():
    assert keys("l’asile.Mais cire.be") == ["L", "asile", "mais", "cire", "be"]


def test_places_in_the_text_are_those_of_the_words():
    text = "Les réfugié·e·s, eux"
    assert [text[start:end] for _key, start, end in words_in(text, "fr")] == ["Les", "réfugié·e·s", "eux"]


def test_words_of_a_language_that_we_do_not_write_keep_their_form():
    assert forms_of_term("refugee status", "en") == (frozenset(["refugee"]), frozenset(["status"]))


def test_signs_only_have_no_forms():
    assert forms_of_term("…!?", "fr") == ()
    assert key_of("", "fr") == ""
