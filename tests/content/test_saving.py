"""However a text is saved, readers get clean text, an address of its own, and are told when a translation is older."""

import io

import pytest
import reversion
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils.translation import override

from content import history
from content.rich_text import clean
from content.sample import find, load
from content.saving import match_source, save_content, validate_content
from networks.models import Network, NetworkTranslation
from organisations.models import Organisation
from tests.makers import make_network, make_organisation, make_theme, unsaved, write
from tests.pages import Page
from themes.models import Theme

pytestmark = pytest.mark.django_db

DIRTY = (
    '<p onclick="steal()">Un <strong>toit</strong><script>alert(1)</script></p>'
    '<p><a href="javascript:alert(1)">piège</a> <a href="https://example.org/" target="_blank">lien</a></p>'
    '<style>p{display:none}</style><img src="x" onerror="alert(1)"><iframe src="https://evil.example"></iframe>'
    "<!-- caché --><h1>Titre</h1><h2 style='color:red'>Sous-titre</h2>"
)
BAD_SIGNS = (
    "script",
    "onclick",
    "onerror",
    "javascript",
    "<style",
    "style=",
    "<img",
    "iframe",
    "caché",
    "<h1",
    "alert",
)


def row_of(obj, language):
    return obj.translations.get(language_code=language)


def is_clean(html):
    return "toit" in html and "Sous-titre" in html and not [sign for sign in BAD_SIGNS if sign in html]


# --- One way in ------------------------------------------------------------------------------------------------


def test_scripts_pasted_into_a_text_never_reach_readers(client):
    network = make_network(fr={"text": DIRTY})
    row = row_of(network, "fr")
    assert is_clean(row.text)
    assert is_clean(row.text_html)
    assert 'href="https://example.org/"' in row.text_html
    page = Page(client.get(network.get_absolute_url("fr")))
    assert "Sous-titre" in page.text
    assert "alert(1)" not in page.html
    assert "evil.example" not in page.html


def test_the_sample_loader_goes_the_same_way():
    words = {"state": "published", "title": "Réseau importé", "text": DIRTY}
    assert load(Network, [{"key": "dirty", "texts": {"fr": words}}]) == 1
    row = row_of(find(Network, "dirty"), "fr")
    assert is_clean(row.text)
    assert is_clean(row.text_html)
    assert row.slug == "reseau-importe"
    assert row.fingerprint
    assert row.title_key == "reseau importe"


def test_a_restored_version_goes_the_same_way():
    entry = {"key": "old", "texts": {"fr": {"state": "published", "title": "Ancien titre", "text": "<p>Un toit</p>"}}}
    load(Network, [entry])
    network = find(Network, "old")
    (version,) = history.versions_of(network)
    # As if the rules of cleaning had become stricter since: reversion's revert writes what it kept, as it was.
    data = version.revision.version_set.get(content_type__model="networktranslation")
    data.serialized_data = data.serialized_data.replace("<p>Un toit</p>", "<h1>x</h1><p>Un toit, <i>Sous-titre</i></p>")
    data.save()
    write(network, "fr", title="Nouveau titre", text="<p>Autre</p>")
    restored = history.restore(version)
    row = row_of(restored, "fr")
    assert row.title == "Ancien titre"
    assert row.title_key == "ancien titre"
    assert is_clean(row.text)
    assert is_clean(row.text_html)
    assert row.fingerprint == row.make_fingerprint()


def test_every_step_of_the_settings_is_taken_in_order_with_the_object(settings, monkeypatch):
    taken = []
    for name in ("first", "second"):
        monkeypatch.setattr(f"content.steps.{name}", lambda obj, name=name: taken.append((name, obj)), raising=False)
    settings.CONTENT_STEPS = ["content.steps.first", "content.steps.second"]
    network = unsaved(Network)
    save_content(network)
    assert taken == [("first", network), ("second", network)]


def test_a_step_that_fails_leaves_everything_as_it_was(settings, monkeypatch):
    network = make_network(fr={"title": "Avant"})

    def fail(obj):
        raise RuntimeError("no room left")

    monkeypatch.setattr("content.steps.fail", fail, raising=False)
    settings.CONTENT_STEPS = [*settings.CONTENT_STEPS, "content.steps.fail"]
    with pytest.raises(RuntimeError):
        write(network, "fr", title="Après")
    assert row_of(network, "fr").title == "Avant"


def test_saving_again_changes_nothing():
    network = make_network(fr={"title": "Toit", "text": DIRTY}, nl={"title": "Dak"})
    before = list(NetworkTranslation.objects.order_by("pk").values())
    save_content(Network.objects.get(pk=network.pk))
    assert list(NetworkTranslation.objects.order_by("pk").values()) == before


def test_a_nul_byte_is_dropped_from_a_text():
    assert row_of(make_network(fr={"text": "<p>Un\x00 toit</p>"}), "fr").text == "<p>Un toit</p>"


def test_a_text_that_says_nothing_is_empty():
    assert row_of(make_network(fr={"text": "<p></p>"}), "fr").text_html == ""


@pytest.mark.parametrize(
    "html",
    [
        "<p>Un <strong>toit</strong> et <em>un lit</em><br>ici</p>",
        '<ul><li><p>un</p></li></ul><ol start="3"><li><p>trois</p></li></ol>',
        "<blockquote><p>dit-elle</p></blockquote>",
        '<p><a href="mailto:a@example.org">écrire</a> <a href="tel:+3225000000">appeler</a></p>',
        '<p>Le <span lang="en">community land trust</span></p>',
    ],
)
def test_what_the_editor_offers_is_kept(html):
    assert row_of(make_network(fr={"text": html}), "fr").text_html == html


@pytest.mark.parametrize("place", ["#note-1-1", "#word-12-2", "https://example.org/fr/reseaux/x/#note-1-1"])
def test_a_text_copied_from_our_page_keeps_its_words_and_not_the_links_to_their_notes(place):
    copied = f'<p>On demande l’<a class="explained" id="word-1-1" href="{place}"><strong>asile</strong></a> ici.</p>'
    kept = '<p><a href="https://example.org/#notes">lien</a> <a href="/fr/#note-1">autre</a></p>'
    assert clean(copied + kept) == "<p>On demande l’<strong>asile</strong> ici.</p>" + kept


def test_titles_stand_one_step_lower_on_the_page_than_in_the_text():
    """The page's own sections have titles of the second level."""
    row = row_of(make_network(fr={"text": "<h2>Titre</h2><h3>Plus bas</h3>"}), "fr")
    assert row.text == "<h2>Titre</h2><h3>Plus bas</h3>"
    assert row.text_html == "<h3>Titre</h3><h4>Plus bas</h4>"


def test_a_text_can_be_written_in_dutch_first(client):
    network = make_network(nl={"title": "Dak", "text": "<p>Een dak.</p>"})
    network = write(network, "fr", title="Toit", state="published")
    assert {row.language_code: row.title for row in network.translations.all()} == {"nl": "Dak", "fr": "Toit"}
    for language, title in (("fr", "Toit"), ("nl", "Dak")):
        assert title in Page(client.get(network.get_absolute_url(language))).text


def test_the_language_of_the_reader_does_not_decide_what_is_saved():
    network = make_network(fr={"title": "Toit"})
    with override("nl"):
        network = write(network, "fr", title="Toits")
    assert [(row.language_code, row.title) for row in network.translations.all()] == [("fr", "Toits")]


def test_what_was_read_before_a_save_is_not_shown_after_it():
    network = make_network(fr={"title": "Toit"}, nl={"title": "Dak", "state": "draft"})
    with override("nl"):
        assert network.shown.title == "Toit"
        network.set_current_language("nl")
        network.publish_from = network.translations.get(language_code="fr").publish_from
        save_content(network)
        assert network.shown.title == "Dak"


# --- Addresses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Réseau du Toit", "reseau-du-toit"),
        ("L’œuvre d’Élise", "l-oeuvre-d-elise"),
        ("Réfugié·e·s & exilé(e)s", "refugiees-exilees"),
        ("العربية", "network"),
        ("…", "network"),
        ("x" * 200, "x" * 96),
    ],
)
def test_an_address_is_made_from_the_title(title, slug):
    made = row_of(make_network(fr={"title": title}), "fr").slug
    assert made.removesuffix("translation") == slug


def test_an_address_is_made_from_the_short_name_where_there_is_one():
    assert row_of(make_network(fr={"title": "Un très long nom", "acronym": "UTLN"}), "fr").slug == "utln"


def test_the_same_title_twice_gives_two_addresses():
    slugs = [row_of(make_network(fr={"title": "Toit"}), "fr").slug for _ in range(3)]
    assert slugs == ["toit", "toit-2", "toit-3"]


def test_an_address_is_not_made_twice_across_languages():
    make_network(fr={"title": "Transit"})
    assert row_of(make_network(nl={"title": "Transit"}), "nl").slug == "transit-2"


def test_one_object_may_have_the_same_address_in_both_languages():
    network = make_network(fr={"title": "PICUM"}, nl={"title": "PICUM"})
    assert {row.slug for row in network.translations.all()} == {"picum"}


def test_objects_of_different_kinds_may_have_the_same_address():
    assert row_of(make_network(fr={"title": "Toit"}), "fr").slug == "toit"
    assert row_of(make_theme(fr={"title": "Toit"}), "fr").slug == "toit"


def test_an_address_that_was_chosen_stays_when_the_title_changes():
    network = make_network(fr={"title": "Toit"})
    assert row_of(write(network, "fr", title="Tout autre chose"), "fr").slug == "toit"


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_an_address_that_another_object_has_in_either_language_is_refused(language):
    make_network(fr={"slug": "pris"}, nl={"slug": "bezet"})
    for slug in ("pris", "bezet"):
        network = unsaved(Network, **{language: {"slug": slug}})
        with override("fr"), pytest.raises(ValidationError) as refused:
            validate_content(network)
        with override("fr"):
            assert slug in " ".join(refused.value.messages)
            assert f"{language}: " in " ".join(refused.value.messages)


def test_the_database_refuses_the_same_address_twice_in_one_language():
    make_network(fr={"slug": "pris"})
    other = make_network(fr={})
    with pytest.raises(IntegrityError), transaction.atomic():
        other.translations.update(slug="pris")


def test_the_database_refuses_two_texts_in_one_language():
    network = make_network(fr={}, nl={})
    with pytest.raises(IntegrityError), transaction.atomic():
        network.translations.filter(language_code="nl").update(language_code="fr")


def test_a_text_that_is_wrong_names_its_language():
    for words in ({"title": ""}, {"title": "x" * 201}, {"summary": "x" * 401}, {"website": "javascript:alert(1)"}):
        network = unsaved(Network, fr={}, nl=words)
        with pytest.raises(ValidationError, match="nl: "):
            validate_content(network)


# --- Older translations ----------------------------------------------------------------------------------------


@pytest.fixture
def translated():
    """A theme in French whose Dutch was made from it."""
    theme = unsaved(
        Theme,
        fr={"title": "Logement", "summary": "Un toit.", "text": "<p>Un toit.</p>"},
        nl={"title": "Huisvesting", "text": "<p>Een dak.</p>"},
    )
    match_source(theme, "nl", "fr")
    save_content(theme)
    return Theme.objects.get(pk=theme.pk)


def older(theme):
    """{language: the language whose text it is older than} as readers are told."""
    theme = Theme.objects.get(pk=theme.pk)
    rows = {}
    for code in ("fr", "nl"):
        row = theme.translation_shown_in(code)
        rows[code] = row.older_than.language_code if row.older_than else None
    return rows


def test_a_translation_just_made_is_in_step(translated):
    assert older(translated) == {"fr": None, "nl": None}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Habitat"},
        {"summary": "Deux toits."},
        {"text": "<p>Deux toits.</p>"},
        {"name_explained": "Habiter"},
        {"text": '<p><a href="https://example.org/">Un toit.</a></p>'},
    ],
)
def test_a_change_of_the_french_makes_the_dutch_older(translated, change):
    write(translated, "fr", **change)
    assert older(translated) == {"fr": None, "nl": "fr"}


@pytest.mark.parametrize(
    "change",
    [
        {"text": "<p>  Un\n toit. </p>"},
        {"text": "<p><strong>Un toit.</strong></p>"},
        {"text": "<h2>Un toit.</h2>"},
        {"slug": "habiter"},
        {"state": "published"},
    ],
)
def test_a_change_that_is_no_matter_of_words_keeps_the_dutch_in_step(translated, change):
    write(translated, "fr", **change)
    assert older(translated) == {"fr": None, "nl": None}


def test_a_minor_change_keeps_the_dutch_in_step(translated):
    before = row_of(translated, "fr").changed_at
    write(translated, "fr", title="Logements", minor_change=True)
    assert older(translated) == {"fr": None, "nl": None}
    assert row_of(translated, "fr").changed_at == before


def test_a_minor_change_does_not_bring_an_older_dutch_into_step(translated):
    write(translated, "fr", title="Habitat")
    write(translated, "fr", title="Habitats", minor_change=True)
    assert older(translated) == {"fr": None, "nl": "fr"}


def test_a_new_text_has_its_day_even_if_its_first_save_is_called_minor():
    theme = write(make_theme(fr={}), "nl", title="Huisvesting", minor_change=True)
    assert row_of(theme, "nl").changed_at


def test_a_change_of_the_dutch_makes_nothing_older(translated):
    write(translated, "nl", title="Wonen")
    assert older(translated) == {"fr": None, "nl": None}


def test_the_dutch_is_in_step_again_once_somebody_says_so(translated):
    theme = write(translated, "fr", title="Habitat")
    match_source(theme, "nl", "fr")
    save_content(theme)
    assert older(translated) == {"fr": None, "nl": None}


def test_going_back_to_the_old_words_brings_the_dutch_into_step(translated):
    write(translated, "fr", title="Habitat")
    write(translated, "fr", title="Logement")
    assert older(translated) == {"fr": None, "nl": None}


def test_a_text_is_not_the_translation_of_its_own_translation(translated):
    match_source(translated, "fr", "nl")
    save_content(translated)
    rows = {row.language_code: row.source_language for row in translated.translations.all()}
    assert rows == {"fr": "nl", "nl": ""}


def test_readers_are_not_told_of_a_newer_text_that_they_cannot_read(translated):
    write(translated, "fr", title="Habitat", state="withdrawn")
    theme = Theme.objects.get(pk=translated.pk)
    assert theme.translation_shown_in("nl").older_than is None


def test_an_original_in_both_languages_is_older_than_nothing():
    theme = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    write(theme, "fr", title="Habitat")
    assert older(theme) == {"fr": None, "nl": None}


def test_the_day_of_the_change_is_kept(translated):
    before = row_of(translated, "fr").changed_at
    after = row_of(write(translated, "fr", title="Habitat"), "fr").changed_at
    assert after > before


# --- The sample ------------------------------------------------------------------------------------------------


def test_loading_the_sample_twice_changes_nothing(sample):
    network = Network.objects.get(translations__slug="cltb", translations__language_code="fr")
    write(network, "fr", title="Changé par l’équipe")
    counts = [model.objects.count() for model in (Theme, Organisation, Network)]
    call_command("load_sample", stdout=io.StringIO())
    assert [model.objects.count() for model in (Theme, Organisation, Network)] == counts
    assert row_of(network, "fr").title == "Changé par l’équipe"


def test_what_staff_deleted_does_not_come_back(sample):
    network = Network.objects.get(translations__slug="cltb", translations__language_code="fr")
    with reversion.create_revision():
        network.delete()
    call_command("load_sample", stdout=io.StringIO())
    assert not Network.objects.filter(key=network.key).exists()


def test_the_sample_shows_every_state_but_withdrawn(sample):
    states = {row.state.value for row in NetworkTranslation.objects.filter(language_code="nl")}
    assert states == {"draft", "scheduled", "published"}
    assert {row.state.value for row in NetworkTranslation.objects.filter(language_code="fr")} == {"published"}


def test_the_french_and_dutch_of_the_sample_are_in_step(sample):
    for organisation in Organisation.objects.public("nl"):
        assert organisation.translation_shown_in("nl").older_than is None


def test_titles_stand_in_one_order_on_every_database():
    for title in ("Éducation", "œuvre", "detention", "École", "Zone", "Asile", "Ombre"):
        make_organisation(fr={"title": title})
    titles = [organisation.translation_shown_in("fr").title for organisation in Organisation.objects.public("fr")]
    assert titles == ["Asile", "detention", "École", "Éducation", "œuvre", "Ombre", "Zone"]


def test_titles_stand_in_the_order_of_the_language_in_which_they_are_shown():
    make_organisation(fr={"title": "Zèbre"}, nl={"title": "Aap"})
    make_organisation(fr={"title": "Milieu"})
    make_organisation(fr={"title": "Abeille"}, nl={"title": "Zwaan"})
    for language, expected in (("fr", ["Abeille", "Milieu", "Zèbre"]), ("nl", ["Aap", "Milieu", "Zwaan"])):
        found = Organisation.objects.public(language)
        assert [organisation.translation_shown_in(language).title for organisation in found] == expected
