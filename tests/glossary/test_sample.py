"""The sample glossary: the sixty terms of the list, in both languages, well written, loaded once."""

import re

import pytest
import reversion
from reversion.models import Version

from content import sample
from content.publication import State
from glossary.models import Linking, Mention, Term, Word, WordKind
from glossary.sample import loader
from organisations.sample import loader as organisations
from tests.pages import LANGUAGES
from themes.sample import loader as themes

ENTRIES = {entry["key"]: entry for entry in sample.read(loader.ENTRIES)}
#: Of these CIRÉ must still confirm something.
TO_CONFIRM = {
    *("protection_temporaire", "personne_exilee", "mena", "primo_arrivant", "loi_accueil", "reglement_dublin"),
    *("pacte", "eurodac", "pays_origine_sur", "annexe_26", "regroupement_familial", "centre_arrivee"),
    *("parcours_accueil", "centre_ferme"),
}
NO_BREAK = "\u00a0"


def sentences(language):
    """Return [(key, text)] of all that readers of a language read of the sample."""
    found = []
    for key, entry in ENTRIES.items():
        row = {name: text for name, text in entry["texts"][language].items() if isinstance(text, str)}
        found += [(key, text) for name, text in row.items() if name != "state"]
        found += [(key, entry["to_confirm"][language])] if "to_confirm" in entry else []
        for word in entry.get("words", []):
            if word["language"] == language:
                found += [(key, word["text"]), (key, word.get("why", ""))]
    return found


def find(key):
    return sample.find(Term, key)


@pytest.fixture
def loaded(db, settings):
    """The glossary with the themes and organisations below it, without the smaller pictures of logos."""
    settings.CONTENT_STEPS = [step for step in settings.CONTENT_STEPS if not step.endswith("make_renditions")]
    themes.load()
    organisations.load()
    loader.load()


# --- What it says


def test_there_are_sixty_terms_in_both_languages_with_a_definition():
    assert len(ENTRIES) == 60
    for key, entry in ENTRIES.items():
        assert set(entry["texts"]) == set(LANGUAGES), key
        assert all(row["title"] and row["summary"] for row in entry["texts"].values()), key


def test_what_must_be_confirmed_says_so_in_both_languages():
    points = {key: entry["to_confirm"] for key, entry in ENTRIES.items() if "to_confirm" in entry}
    assert set(points) == TO_CONFIRM
    for key, point in points.items():
        assert set(point) == set(LANGUAGES), key
        # They stand behind a colon.
        assert not any(words[0].isupper() or words.endswith(".") for words in point.values()), key


def test_definitions_are_short_whole_sentences():
    for language in LANGUAGES:
        for key, entry in ENTRIES.items():
            summary = entry["texts"][language]["summary"]
            assert re.fullmatch(r"[A-ZÀ-Ý].*\.", summary), key
            assert all(len(sentence.split()) <= 34 for sentence in re.split(r"[.:] ", summary)), (key, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_typed_carelessly(language):
    for key, text in sentences(language):
        assert not re.search(r"  |^ | $|'|\"|\.\.\.| - |[ ,]\.", text), (key, text)


def test_french_has_its_no_break_spaces_and_quotation_marks():
    for key, text in sentences("fr"):
        assert not re.search(rf"(?<!{NO_BREAK})[:;?!»]|«(?!{NO_BREAK})|[“”]", text), (key, text)


def test_dutch_has_its_quotation_marks_and_no_space_before_a_sign():
    for key, text in sentences("nl"):
        assert not re.search(rf"\s[:;?!,]|[«»{NO_BREAK}]", text), (key, text)
        assert text.count("“") == text.count("”"), (key, text)


def test_a_word_to_avoid_says_why_and_only_such_a_word():
    for key, entry in ENTRIES.items():
        for word in entry.get("words", []):
            assert bool(word.get("why")) == (word["kind"] == WordKind.DISCOURAGED), (key, word)


def test_related_terms_and_themes_are_there(loaded):
    for key, entry in ENTRIES.items():
        assert key not in entry["see_also"]
        assert set(entry["see_also"]) <= set(ENTRIES), key
        assert find(key).themes.count() == len(entry["themes"]), key


# --- Loading


def test_all_terms_are_published_and_linked_in_each_other(loaded):
    states = {row.state for term in Term.objects.all() for row in term.translations.all()}
    assert states == {State.PUBLISHED}
    assert Linking.objects.get().finished_at
    text = find("dpi")
    assert Mention.objects.count() > 0
    assert {row.source_language for row in text.translations.all()} == {"", "fr"}


def test_loading_twice_creates_nothing_and_changes_nothing(loaded):
    def held():
        models = (Term, Word, Mention, Linking, Version, Term.see_also.through)
        return [sorted(map(str, model.objects.order_by("pk").values_list())) for model in models]

    find("asile").see_also.clear()
    find("asile").all_words.all().delete()
    before = held()
    assert loader.load() == 0
    assert held() == before


def test_what_staff_deleted_does_not_come_back(loaded):
    with reversion.create_revision():
        find("myria").delete()
    assert loader.load() == 0
    assert find("myria") is None


def test_the_history_of_a_term_holds_its_words_and_relations(loaded):
    term = find("refugie")
    version = Version.objects.get_for_object(term).first()
    assert set(version.field_dict["see_also"]) == set(term.see_also.values_list("pk", flat=True))
    words = [other for other in version.revision.version_set.all() if other._model is Word]
    assert len(words) == term.all_words.count()
