"""Columns that hold languages: how many they take, and how a list finds a language in them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import isolate_apps
from django.utils.translation import override

from content.language_fields import (
    FREQUENT,
    SPOKEN,
    LanguagesField,
    has_language,
    in_words,
    language_key,
    split_language_key,
)
from content.languages import is_right_to_left, known_languages, own_name
from publications.models import Edition
from tests.makers import make_publication

MANY = [*FREQUENT, *("am", "bn", "bs", "hr", "it", "ku", "ln", "mn", "my", "pl", "ro", "sr", "sw", "ta", "ur")]


def test_the_key_of_languages_finds_each_and_no_part_of_one():
    assert language_key(["nl", "fr"]) == language_key(["fr", "nl"]) == "+fr+nl+"
    assert "+f+" not in language_key(["fr", "fil"])


@pytest.mark.parametrize("codes", [[], ["fr"], ["ar", "fil", "nl"], sorted(MANY)])
def test_a_key_gives_its_languages_back(codes):
    assert split_language_key(language_key(codes)) == codes


def test_a_blank_key_holds_no_language():
    assert split_language_key("") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("codes", "found"),
    [(["fr"], {"both", "French"}), (["fi"], set()), (["fil", "nl"], {"both", "Filipino"}), ([], set())],
)
def test_a_list_is_narrowed_to_what_is_in_one_of_the_languages(codes, found):
    editions = {"both": ["nl", "fr"], "French": ["fr"], "Filipino": ["fil"], "English": ["en"]}
    for title, languages in editions.items():
        make_publication(editions=[{"title": title, "languages": languages}])
    titles = Edition.objects.filter(has_language("language_key", codes)).values_list("title", flat=True)
    assert sorted(titles) == sorted(found)


@isolate_apps("publications")
def test_a_column_says_how_many_languages_it_takes():
    class Desk(models.Model):  # noqa: DJ008
        few = LanguagesField(default=["fr"])
        many = LanguagesField(most=30, default=["fr"])

        class Meta:
            app_label = "publications"

    Desk(many=MANY).clean_fields()
    for name, codes, most in (("few", MANY[:7], "6"), ("many", [*MANY, "th"], "30")):
        with pytest.raises(ValidationError) as refused:
            Desk(**{name: codes}).clean_fields()
        (reason,) = refused.value.message_dict[name]
        assert most in reason


def test_a_migration_holds_the_limit_only_where_it_is_another():
    assert "most" not in LanguagesField().deconstruct()[3]
    assert LanguagesField(most=30).clone().most == 30
    assert LanguagesField().db_type(connection) == LanguagesField(most=30).db_type(connection)


def test_the_sign_languages_of_belgium_have_names_in_ours():
    assert {"sfb", "vgt"} <= known_languages()
    with override("nl"):
        assert in_words(["fr", "vgt"]) == "Frans en Vlaamse Gebarentaal (VGT)"
    assert own_name("sfb").startswith("Langue des signes")
    assert not is_right_to_left("vgt")
    assert set(SPOKEN) <= known_languages()
