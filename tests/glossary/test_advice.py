"""Beside a text staff read which agreed words it uses, which it lacks, and which are better avoided; never a gate."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from glossary.advice import advice_on, plain_text
from glossary.linking import vocabulary_now
from tests.admin.desk import Form, Sheet, change_url, signed_in, text_of, url
from tests.makers import make_network, make_staff, make_term, make_theme
from tests.pages import words
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def aid():
    return make_term(
        fr={"title": "aide matérielle", "abbreviation": "AMX"},
        nl={"title": "materiële hulp"},
        words=[
            {"text": "aide en nature"},
            {"text": "allocation", "kind": "discouraged", "why": "Ce n’est pas de l’argent."},
            {"text": "allocation familiale", "kind": "other_meaning"},
            {"text": "aalmoes", "language": "nl", "kind": "discouraged", "why": "Het is een recht."},
        ],
    )


def said(obj, language):
    """Return {title of an advice: [(words, other words, note)]}."""
    return {
        advice.title: [(line.words, line.other, line.note) for line in advice.lines]
        for advice in advice_on(obj, language)
    }


USED = "Words of the glossary in this text"
LACKING = "Words of the glossary in the text in {} that this one does not have"
AVOID = "Words better avoided"


@pytest.fixture(autouse=True)
def in_english():
    from django.utils.translation import override

    with override("en"):
        yield


def test_a_term_is_told_with_its_agreed_equivalent_and_where_the_other_text_lacks_it(aid):
    theme = make_theme(fr={"text": "<p>De l’aide matérielle.</p>"}, nl={"text": "<p>Hulp in natura.</p>"})
    pair = ("aide matérielle (AMX)", "materiële hulp")
    assert said(theme, "fr") == {USED: [(*pair, "missing in the text in néerlandais")]}
    assert said(theme, "nl") == {LACKING.format("français"): [(*pair[::-1], "missing here")]}
    assert [line.is_marked for advice in advice_on(theme, "fr") for line in advice.lines] == [True]


@pytest.mark.parametrize("dutch", ["Materiële hulp.", "De <em>materiële</em> hulp"])
def test_a_term_that_both_texts_have_is_told_without_a_mark(aid, dutch):
    theme = make_theme(fr={"text": "<p>De l’aide matérielle.</p>"}, nl={"text": f"<p>{dutch}</p>"})
    assert said(theme, "fr") == {USED: [("aide matérielle (AMX)", "materiële hulp", "")]}
    assert said(theme, "nl") == {USED: [("materiële hulp", "aide matérielle (AMX)", "")]}


def test_a_synonym_or_an_abbreviation_counts_as_the_term(aid):
    for text in ("De l’aide en nature.", "L’AMX."):
        theme = make_theme(fr={"summary": text}, nl={"text": "<p>Materiële hulp.</p>"})
        assert said(theme, "nl") == {USED: [("materiële hulp", "aide matérielle (AMX)", "")]}


def test_titles_summaries_and_what_else_is_translated_are_read_too(aid):
    for column in ("title", "summary", "name_explained"):
        theme = make_theme(fr={column: "Un droit : l’aide matérielle"}, nl=None)
        assert USED in said(theme, "fr"), column


def test_a_text_in_one_language_only_shows_a_translator_the_agreed_words(aid):
    theme = make_theme(fr={"text": "<p>De l’aide matérielle.</p>"}, nl=None)
    assert said(theme, "fr") == {USED: [("aide matérielle (AMX)", "materiële hulp", "")]}
    assert said(theme, "nl") == {LACKING.format("français"): [("materiële hulp", "aide matérielle (AMX)", "")]}
    assert not any(line.is_marked for advice in advice_on(theme, "nl") for line in advice.lines)


def test_where_nothing_is_agreed_nothing_can_be_missing():
    make_term(fr={"title": "primo-arrivant"}, nl=None)
    make_term(fr={"title": "mutuelle"}, nl=None, no_equivalent=True)
    theme = make_theme(fr={"text": "<p>Un primo-arrivant et sa mutuelle.</p>"}, nl={"text": "<p>Iets.</p>"})
    assert said(theme, "fr") == {
        USED: [
            ("primo-arrivant", "", "no text in néerlandais yet"),
            ("mutuelle", "", "has no equivalent in néerlandais"),
        ]
    }


def test_discouraged_words_are_told_as_they_are_written_with_the_reason(aid):
    theme = make_theme(fr={"text": "<p>Des allocations. Une allocation.</p>"}, nl={"text": "<p>Een aalmoes.</p>"})
    assert said(theme, "fr")[AVOID] == [("“allocations”", "", "Ce n’est pas de l’argent.")]
    assert said(theme, "nl")[AVOID] == [("“aalmoes”", "", "Het is een recht.")]


def test_a_word_to_avoid_that_means_something_else_here_is_not_told(aid):
    theme = make_theme(fr={"text": "<p>Une allocation familiale.</p>"}, nl=None)
    assert said(theme, "fr") == {}


def test_words_of_a_term_that_is_not_explained_in_texts_are_still_better_avoided(aid):
    type(aid).objects.update(is_linked=False)
    theme = make_theme(fr={"text": "<p>L’aide matérielle est une allocation.</p>"}, nl=None)
    assert list(said(theme, "fr")) == [AVOID]


def test_what_readers_do_not_see_of_the_glossary_is_not_advised():
    make_term(
        state="draft",
        fr={"title": "aide matérielle", "state": "draft"},
        nl=None,
        words=[{"text": "allocation", "kind": "discouraged", "why": "Non."}],
    )
    theme = make_theme(fr={"text": "<p>L’aide matérielle est une allocation.</p>"}, nl=None)
    assert said(theme, "fr") == {}


def test_a_term_is_not_advised_to_itself(aid):
    assert said(aid, "fr") == said(aid, "nl") == {}


def test_mark_up_does_not_come_between_words_and_paragraphs_keep_them_apart():
    theme = make_theme(
        fr={"text": "<p>L’<strong>aide</strong> mat&eacute;rielle</p><p>aide</p><ul><li>nature</li></ul>"}
    )
    text = plain_text(text_of(theme, "fr"))
    assert "L’aide matérielle\n" in text
    assert "<" not in text


def test_the_cost_does_not_grow_with_terms_and_words(aid):
    theme = make_theme(fr={"text": "<p>De l’aide matérielle, une allocation, le mot 1.</p>"})

    def queries():
        again = Theme.objects.prefetch_related("translations").get(pk=theme.pk)
        vocabulary_now()  # made once for all that follows
        with CaptureQueriesContext(connection) as captured:
            advice_on(again, "fr")
        return len(captured)

    before = queries()
    for number in range(8):
        make_term(
            fr={"title": f"mot {number}"},
            nl={"title": f"woord {number}"},
            words=[{"text": f"vilain {number}", "kind": "discouraged", "why": "Non."}],
        )
    assert queries() == before


# --- On the form -------------------------------------------------------------------------------------------------


def advised(page):
    """Return the texts of the advice on a form."""
    return [words(element) for element in page.with_class("advice")]


def test_the_form_shows_the_advice_and_saves_all_the_same(aid):
    network = make_network(fr={"text": "<p>De l’aide matérielle, une allocation.</p>"}, nl={"text": "<p>Hulp.</p>"})
    editor = signed_in(make_staff("Editors", language="fr"))
    form = Form(editor, change_url(network))
    avoid, used = advised(form)
    assert "allocation" in avoid
    assert "Ce n’est pas de l’argent." in avoid
    assert "materiële hulp" in used
    assert aid.get_absolute_url("fr") in form.hrefs
    form.save(summary="Toujours une allocation.")
    assert text_of(network, "fr").summary == "Toujours une allocation."


def test_a_translator_sees_the_agreed_words_of_the_text_to_translate(aid):
    theme = make_theme(fr={"text": "<p>De l’aide matérielle.</p>"}, nl=None)
    translator = signed_in(make_staff("Translators", languages=["nl"], language="nl"))
    (lacking,) = advised(Form(translator, change_url(theme, "nl")))
    assert "materiële hulp" in lacking


def test_a_new_object_gets_no_advice(aid):
    editor = signed_in(make_staff("Editors"))
    assert advised(Sheet(editor.get(url(Theme, "add", language="fr")))) == []


def test_markup_in_words_of_the_glossary_is_shown_as_text():
    make_term(
        fr={"title": "aide"},
        words=[{"text": "allocation", "kind": "discouraged", "why": "<script>x</script>"}],
    )
    theme = make_theme(fr={"text": "<p>Une allocation.</p>"})
    page = signed_in(make_staff("Editors")).get(change_url(theme)).content.decode()
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page
