"""Staff write terms: texts per language, words beside them, what is odd about them; all texts follow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.fields import Words
from content.models import Content
from glossary.admin import linking_in_words
from glossary.models import Linking, Mention, Term, Word
from tests.admin.desk import (
    CONTENT_MODELS,
    Form,
    Sheet,
    change_url,
    keep_version,
    make_superuser,
    name_of,
    signed_in,
    text_of,
    url,
)
from tests.makers import make, make_organisation, make_staff, make_term, make_theme
from tests.pages import LANGUAGES, words

pytestmark = pytest.mark.django_db

LIST = url(Term, "changelist")


@pytest.fixture
def editor():
    return signed_in(make_staff("Editors", language="fr"))


@pytest.fixture
def publisher():
    return signed_in(make_staff("Publishers", language="fr"))


def word(form, number, **columns):
    """The fields of a word beside a term, in the row `number` of the form."""
    count = max(number + 1, int(form.value("all_words-TOTAL_FORMS")))
    given = {"language": "fr", "kind": "synonym", "why": "", **columns}
    row = {f"all_words-{number}-{name}": value for name, value in given.items()}
    return {"all_words-TOTAL_FORMS": count, **row}


def nothing_waits():
    """Take the walk that setting up has asked for as done."""
    Linking.objects.update(started_at=timezone.now(), finished_at=timezone.now())


def waits():
    return Linking.objects.filter(started_at__isnull=True).exists()


# --- The form ----------------------------------------------------------------------------------------------------


def test_a_term_is_written_with_its_words_on_one_page(editor):
    theme, other = make_theme(), make_term(fr={"title": "asile"})
    form = Form(editor, url(Term, "add", language="fr"))
    form.save(
        title="mineur·e non accompagné·e",
        abbreviation="MENA",
        summary="Un jeune sans parent.",
        law_as_of="2026-11",
        source="Loi-programme",
        themes=[theme.pk],
        see_also=[other.pk],
        to_confirm_fr="l’âge",
        to_confirm_nl="de leeftijd",
        **word(form, 0, text="mineur isolé", kind="discouraged", why="Il n’est pas seul."),
    )
    term = Term.objects.exclude(pk=other.pk).get()
    row = text_of(term, "fr")
    assert (row.abbreviation, row.abbreviation_is_linked, row.explain_words) == ("MENA", True, True)
    assert (str(row.law_as_of), row.source) == ("2026-11", "Loi-programme")
    assert (list(term.themes.all()), list(term.see_also.all())) == ([theme], [other])
    assert term.to_confirm == {"fr": "l’âge", "nl": "de leeftijd"}
    assert [(one.text, one.why, one.find_key) for one in term.all_words.all()] == [
        ("mineur isolé", "Il n’est pas seul.", "mineur isole")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_calls_columns_what_they_are_for_a_term(language):
    page = Sheet(signed_in(make_staff("Editors", language=language)).get(url(Term, "add", language=language)))
    labels = {label.get("for"): words(label).rstrip(" :\xa0") for label in page.tree.iter("label")}
    assert labels["id_summary"] not in ("Résumé", "Samenvatting")
    (select,) = [field for field in page.tree.iter("select") if field.get("name") == "all_words-__prefix__-language"]
    names = {"fr": ["français", "néerlandais"], "nl": ["Frans", "Nederlands"]}[language]
    assert [option.text for option in select.iter("option") if option.get("value")] == names


def test_a_word_stands_once_beside_a_term_and_one_to_avoid_says_why(editor):
    term = make_term(words=[{"text": "réfugié"}])
    form = Form(editor, change_url(term))
    assert form.refuse(**word(form, 1, text="réfugié")).errors
    assert form.refuse(**word(form, 1, text="clandestin", kind="discouraged")).errors
    assert term.all_words.count() == 1


def test_the_dutch_of_a_term_may_be_missing_though_its_boxes_are_ticked(editor):
    term = make_term(fr={"title": "mutuelle"}, nl=None)
    form = Form(editor, change_url(term, "nl"))
    assert form.value("explain_words")
    form.save(no_equivalent="on")
    assert Term.objects.get().no_equivalent
    assert text_of(term, "nl") is None


def test_saving_a_term_has_all_texts_linked_anew(editor):
    term = make_term()
    nothing_waits()
    Form(editor, change_url(term)).save(title="asile")
    assert waits()


@pytest.mark.parametrize("way", ["one", "many", "text"])
def test_deleting_a_term_or_a_text_of_it_has_all_texts_linked_anew(publisher, way):
    term = make_term()
    nothing_waits()
    if way == "one":
        publisher.post(url(Term, "delete", term.pk), {"post": "yes"})
    elif way == "many":
        publisher.post(LIST, {"action": "delete_selected", "_selected_action": term.pk, "post": "yes"})
    else:
        publisher.post(url(Term, "delete_translation", term.pk, "nl"), {"post": "yes"})
    assert Term.objects.exists() == (way == "text")
    assert waits()


def test_what_is_asked_for_in_a_deletion_that_fails_is_not_asked_for(publisher, monkeypatch):
    term = make_term()
    nothing_waits()
    monkeypatch.setattr("glossary.admin.ask_for_linking", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publisher.post(LIST, {"action": "delete_selected", "_selected_action": term.pk, "post": "yes"})
    assert Term.objects.filter(pk=term.pk).exists()


# --- After a save --------------------------------------------------------------------------------------------------


def remarks(client, term):
    return Form(client, change_url(term)).save().messages


def test_two_terms_with_one_abbreviation_are_both_offered_and_staff_are_told(editor):
    make_term(fr={"title": "Conseil d’État", "abbreviation": "CE"})
    term = make_term(fr={"title": "Communauté européenne", "abbreviation": "CE"})
    said = remarks(editor, term)
    assert "CE" in said
    assert "Conseil d’État" in said


def test_two_terms_with_one_synonym_however_written_are_told(editor):
    make_term(fr={"title": "titre"}, words=[{"text": "Carte orangée"}])
    term = make_term(fr={"title": "attestation"}, words=[{"text": "carte orangee"}])
    assert "titre" in remarks(editor, term)


def test_a_term_that_is_a_part_of_another_is_told_on_both(editor):
    part = make_term(fr={"title": "asile"}, nl={"title": "iets"})
    whole = make_term(fr={"title": "droit d’asile"}, nl={"title": "recht"})
    assert "droit d’asile" in remarks(editor, part)
    assert "asile" in remarks(editor, whole)


def test_a_missing_definition_is_told_in_its_language_and_keeps_nobody_from_saving(editor):
    term = make_term(fr={"title": "asile", "summary": "Une protection."}, nl={"title": "asiel"})
    said = remarks(editor, term)
    assert "néerlandais" in said
    assert "français" not in said


@pytest.mark.parametrize("title", ["liège", "Liège", "Schaarbeek"])
def test_a_term_that_is_called_like_a_commune_is_told(editor, title):
    term = make_term(fr={"title": title, "summary": "Un mot."}, nl=None)
    assert title.capitalize() in remarks(editor, term)


def test_a_term_that_is_also_an_organisation_is_no_odd_one(editor):
    make_organisation(fr={"title": "Fedasil"}, nl={"title": "Fedasil"})
    term = make_term(fr={"title": "Fedasil", "summary": "Une agence."}, nl={"title": "Fedasil", "summary": "Een."})
    assert remarks(editor, term).count("Fedasil") == 1  # only the message of the save


def test_nothing_odd_is_not_talked_about(editor):
    term = make_term(fr={"title": "asile", "summary": "Une."}, nl={"title": "asiel", "summary": "Een."})
    make_term(fr={"title": "migrant"}, nl={"title": "migrant"})
    page = Form(editor, change_url(term)).save()
    assert page.with_class("warning") == page.with_class("info") == []


# --- The list ------------------------------------------------------------------------------------------------------


def test_the_list_shows_both_languages_how_often_it_is_explained_and_what_is_to_be_confirmed(editor):
    term = make_term(
        fr={"title": "mineur", "abbreviation": "MENA"},
        nl={"title": "minderjarige", "abbreviation": "NBMV"},
        to_confirm={"fr": "l’âge", "nl": "de leeftijd"},
    )
    make_theme(fr={"text": "<p>Un mineur.</p>"}, nl={"text": "<p>Een minderjarige.</p>"})
    (row,) = Sheet(editor.get(LIST)).rows()
    assert row[:5] == ["mineur", "MENA · NBMV", "minderjarige", "2", "à confirmer"]
    assert Mention.objects.filter(term=term).count() == 2


@pytest.mark.parametrize(
    "typed", ["mineur·e", "MINEUR", "minderjarige", "nbmv", "Œuvre", "oeuvre", "isole", "mena", "mineur isolé"]
)
def test_a_term_is_found_by_any_spelling_of_any_of_its_words(editor, typed):
    make_term(fr={"title": "autre"}, nl={"title": "ander"})
    make_term(
        fr={"title": "mineur·e", "abbreviation": "MENA"},
        nl={"title": "minderjarige", "abbreviation": "NBMV"},
        words=[{"text": "mineur isolé", "kind": "discouraged", "why": "Non."}, {"text": "œuvre"}],
    )
    assert Sheet(editor.get(LIST, {"q": typed})).names() == ["mineur·e"]
    answer = editor.get(
        reverse("admin:autocomplete"),
        {"app_label": "glossary", "model_name": "term", "field_name": "see_also", "term": typed},
    )
    assert [found["text"] for found in answer.json()["results"]] == ["mineur·e"]


def test_terms_that_somebody_must_look_at_are_found(editor):
    defined = {"summary": "Défini."}
    make_term(fr={"title": "confirmer", **defined}, nl=defined, to_confirm={"fr": "un point"})
    make_term(fr={"title": "seul", **defined}, nl={"state": "draft", **defined})
    make_term(fr={"title": "hors texte", **defined}, nl=defined, is_linked=False)
    make_term(fr={"title": "vide"}, nl=defined)
    found = {
        kind: Sheet(editor.get(LIST, {"todo": kind})).names()
        for kind in ("confirm", "one_language", "not_linked", "no_definition")
    }
    assert found == {
        "confirm": ["confirmer"],
        "one_language": ["seul"],
        "not_linked": ["hors texte"],
        "no_definition": ["vide"],
    }
    assert len(Sheet(editor.get(LIST, {"todo": "nonsense"})).names()) == 4


def test_the_list_costs_the_same_however_long_it_is(editor):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(LIST).status_code == 200
        return len(captured)

    make_term(words=[{"text": "un"}])
    queries()
    before = queries()
    for number in range(6):
        make_term(words=[{"text": f"mot {number}"}], to_confirm={"fr": "un point"})
    assert queries() == before


def test_the_list_tells_how_far_the_linking_of_all_texts_has_come(editor):
    make_term()
    linking = Linking.objects.get()
    assert linking_in_words() in Sheet(editor.get(LIST)).text
    linking.started_at, linking.done, linking.total = timezone.now(), 300, 1000
    linking.save()
    assert "300" in linking_in_words()
    assert "1" in linking_in_words()
    linking.finished_at, linking.changed = timezone.now(), 12
    linking.save()
    assert "12" in linking_in_words()
    Linking.objects.all().delete()
    assert linking_in_words() == ""


# --- The start page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "point"), [("fr", "la date"), ("nl", "de datum")])
def test_the_start_page_names_what_is_to_be_confirmed_with_the_point(language, point):
    make_term(fr={"title": "mot"}, nl={"title": "woord"}, to_confirm={"fr": "la date", "nl": "de datum"})
    make_term(fr={"title": "autre"}, nl={"title": "ander"})
    page = Sheet(signed_in(make_staff("Editors", language=language)).get("/admin/"))
    assert point in page.text
    assert f"{LIST}?todo=confirm" in page.hrefs


def test_only_who_may_see_terms_is_told_what_waits_in_the_glossary():
    make_term(to_confirm={"fr": "la date"})
    assert "la date" not in Sheet(signed_in(make_staff()).get("/admin/")).text


# --- The veto of a page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", CONTENT_MODELS, ids=name_of)
def test_every_kind_of_content_can_keep_its_words_unexplained(model, editor):
    if model is not Term:
        make_term(fr={"title": "asile"}, nl={"title": "asiel"})
    text = {"text": "<p>Le droit d’asile.</p>"}
    obj = make(model, fr={"title": "Toit", **text}, nl={"title": "Dak", "text": "<p>Asiel vragen.</p>"})
    form = Form(editor, change_url(obj))
    assert form.value("explain_words") == "on"
    form.save(explain_words=None)
    row = text_of(obj, "fr")
    assert (row.explain_words, "explained" in row.text_html, row.notes) == (False, False, {})
    # The veto is of one language.
    assert text_of(obj, "nl").explain_words
    if model is not Term:
        assert "explained" in text_of(obj, "nl").text_html
        Form(editor, change_url(obj)).save(explain_words="on")
        assert "explained" in text_of(obj, "fr").text_html


def test_translators_veto_in_their_languages_only():
    theme = make_theme(fr={"title": "Toit"}, nl={"title": "Dak"})
    translator = signed_in(make_staff("Translators", languages=["nl"]))
    Form(translator, change_url(theme, "nl")).save(explain_words=None)
    assert not text_of(theme, "nl").explain_words
    page = Form(translator, change_url(theme, "fr"))
    assert "explain_words" not in page.data
    page.send(explain_words="")
    assert text_of(theme, "fr").explain_words


def test_an_empty_tab_is_no_text_though_its_box_is_ticked(editor):
    theme = make_theme(fr={"title": "Toit"}, nl=None)
    Form(editor, change_url(theme, "nl")).save()
    assert text_of(theme, "nl") is None


# --- Who may do what, and going back -------------------------------------------------------------------------------


def test_translators_change_texts_and_nothing_else():
    term = make_term(fr={"title": "asile"}, nl={"title": "asiel"}, words=[{"text": "refuge"}])
    translator = signed_in(make_staff("Translators", languages=["nl"]))
    form = Form(translator, change_url(term, "nl"))
    assert not {"is_linked", "no_equivalent", "themes", "see_also", "to_confirm_fr", "all_words-0-text"} & set(
        form.data
    )
    sent = {"is_linked": "", "no_equivalent": "on", "to_confirm_fr": "x", "all_words-0-text": "autre"}
    form.send(title="asielrecht", abbreviation="AR", **sent)
    again = Term.objects.get()
    assert (text_of(again, "nl").title, text_of(again, "nl").abbreviation) == ("asielrecht", "AR")
    assert (again.is_linked, again.no_equivalent, again.to_confirm) == (True, False, {})
    assert [one.text for one in again.all_words.all()] == ["refuge"]


def test_a_version_comes_back_with_its_words_relations_and_points():
    other = make_term(fr={"title": "migrant"})
    term = make_term(fr={"title": "asile"}, words=[{"text": "refuge"}], to_confirm={"fr": "un point"}, see_also=[other])
    version = keep_version(term)
    Word.objects.all().delete()
    Word.objects.create(term=term, language="fr", text="autre")
    Term.objects.filter(pk=term.pk).update(to_confirm=Words())
    term.see_also.clear()
    nothing_waits()
    signed_in(make_superuser()).post(url(Term, "version", term.pk, version.pk))
    again = Term.objects.get(pk=term.pk)
    assert [(one.text, one.find_key) for one in again.all_words.all()] == [("refuge", "refuge")]
    assert (again.to_confirm, list(again.see_also.all())) == ({"fr": "un point"}, [other])
    assert waits()


def test_a_deleted_term_comes_back_as_a_draft_with_its_words(publisher):
    term = make_term(fr={"title": "asile"}, words=[{"text": "refuge"}])
    publisher.post(url(Term, "delete", term.pk), {"post": "yes"})
    (version,) = [href for href in Sheet(publisher.get(url(Term, "deleted"))).hrefs if "/deleted/" in href]
    publisher.post(version)
    again = Term.objects.get()
    assert [one.text for one in again.all_words.all()] == ["refuge"]
    assert text_of(again, "fr").state == "draft"


def test_every_kind_of_content_is_in_the_table_of_vetoes():
    assert all(issubclass(model, Content) for model in CONTENT_MODELS)
    assert Term in CONTENT_MODELS
