"""What the columns of every room hold: partial dates, words in each language."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import override

from content.fields import PartialDateFormField, Words, WordsField, WordsFormField
from content.partial_dates import PartialDate
from networks.models import Network
from tests.makers import make_network


@pytest.mark.django_db
def test_a_partial_date_comes_back_as_it_was_written():
    for written in ("", "1989", "2018-12", "2012-12-20"):
        network = Network.objects.get(pk=make_network(founded=written).pk)
        assert network.founded == written
        assert isinstance(network.founded, PartialDate)


def test_an_object_that_is_not_saved_yet_reads_like_a_saved_one():
    network = Network(founded="2018-12", logo_alt={"fr": "Un toit"})
    with override("fr"):
        assert network.founded_text == "décembre 2018"
        assert network.logo_alt.text == "Un toit"


@pytest.mark.django_db
def test_a_date_that_does_not_exist_is_refused_by_the_model_too():
    with pytest.raises(ValidationError) as refused:
        Network(founded="2018-13").full_clean()
    assert "founded" in refused.value.message_dict


@pytest.mark.django_db
def test_dates_are_compared_by_their_characters_on_every_database():
    for founded in ("2018-12", "2018", "2019", "1989", "2018-12-20"):
        make_network(founded=founded)
    ordered = Network.objects.order_by("founded").values_list("founded", flat=True)
    assert list(ordered) == ["1989", "2018", "2018-12", "2018-12-20", "2019"]
    assert Network.objects.filter(founded__gte="2018-12").count() == 3


class DateForm(forms.Form):
    founded = PartialDateFormField(required=False)


def test_a_form_takes_the_dates_that_people_write_here():
    form = DateForm({"founded": "12/2018"})
    assert form.is_valid()
    assert form.cleaned_data["founded"] == "2018-12"


def test_a_form_keeps_what_was_typed_when_it_is_no_date():
    form = DateForm({"founded": "2018-13"})
    assert not form.is_valid()
    assert "2018-13" in str(form["founded"])


def test_a_date_written_otherwise_is_no_change():
    field = PartialDateFormField(required=False)
    assert not field.has_changed(PartialDate("2018-12"), "12/2018")
    assert field.has_changed(PartialDate("2018-12"), "2018")
    assert field.has_changed(PartialDate("2018-12"), "nonsense")


# --- Words -----------------------------------------------------------------------------------------------------


def test_words_are_shown_in_the_readers_language_else_in_the_other_and_say_which():
    both, french, none = Words(fr="membres", nl="leden"), Words(fr="membres"), Words()
    with override("nl"):
        assert (both.text, both.lang) == ("leden", "nl")
        assert (french.text, french.lang) == ("membres", "fr")
        assert none.text == ""
        assert str(both) == "leden"


def test_empty_words_are_like_absent_ones():
    assert Words(fr="membres", nl="").shown_in("nl") == ("membres", "fr")


@pytest.mark.parametrize(
    "value", [{"de": "Mitglieder"}, {"fr": 3}, {"fr": ["membres"]}, {"fr": "x" * 11}, {"fr": "", "nl": None}]
)
def test_words_in_another_language_or_too_many_are_refused(value):
    with pytest.raises(ValidationError):
        WordsField(max_length=10, blank=True).clean(value, None)


def test_a_form_has_one_line_per_language_marked_with_it():
    class LabelForm(forms.Form):
        label = WordsFormField(max_length=10)

    html = str(LabelForm(initial={"label": {"fr": "membres"}})["label"])
    assert 'lang="fr"' in html
    assert 'lang="nl"' in html
    assert "membres" in html


def test_a_form_leaves_out_languages_without_words():
    field = WordsFormField(max_length=10, required=False)
    assert field.clean(["membres", ""]) == {"fr": "membres"}
    assert field.clean(["", ""]) == {}
    with pytest.raises(ValidationError):
        field.clean(["membres de longue date", ""])


def test_the_same_words_are_no_change():
    field = WordsFormField(required=False)
    assert not field.has_changed({"fr": "membres"}, ["membres ", ""])
    assert field.has_changed({"fr": "membres"}, ["membres", "leden"])
    assert not field.has_changed(None, ["", ""])
