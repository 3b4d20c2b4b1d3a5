"""Texts explain the words of the glossary from the moment they or a term are saved, and no page looks for any."""

import datetime
import io

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from content.history import restore, versions_of
from content.kept_pages import current_version
from content.saving import save_content
from glossary import linking
from glossary.linking import STALE, Vocabulary, follow_clock, link_all_texts, linking_later, names, vocabulary_now
from glossary.matching import Lexicon
from glossary.models import Linking, Mention, Term
from networks.models import Network, NetworkTranslation
from tests.admin.desk import keep_version, make_superuser, signed_in
from tests.makers import make_network, make_organisation, make_term, make_theme, window, write
from themes.models import Theme, ThemeTranslation

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
FRENCH = {"text": "<p>Ici on demande l’asile.</p>"}
DUTCH = {"text": "<p>Hier vraagt men asiel.</p>"}


def link():
    """Do what the worker does: every walk that waits."""
    for waiting in list(Linking.objects.filter(started_at__isnull=True)):
        link_all_texts.call(waiting.pk)


def row(obj, language="fr"):
    return obj.translations.get(language_code=language)


def marks(obj, language="fr"):
    return row(obj, language).text_html.count('class="explained"')


def mentions(term):
    """Where a term is explained, as {(object's key, language)}."""
    return set(term.mentions.values_list("object_id", "language"))


@pytest.fixture
def asylum():
    """The term, with all texts linked."""
    term = make_term(
        fr={"title": "asile", "summary": "Une protection."}, nl={"title": "asiel", "summary": "Een bescherming."}
    )
    link()
    return term


# --- One text --------------------------------------------------------------------------------------------------------


def test_a_text_is_linked_when_it_is_saved(asylum):
    network = make_network(fr=FRENCH, nl=DUTCH)
    assert 'l’<a class="explained" id="word-1-1" href="#note-1-1">asile</a>' in row(network).text_html
    assert 'men <a class="explained" id="word-1-1" href="#note-1-1">asiel</a>' in row(network, "nl").text_html
    assert mentions(asylum) == {(network.pk, "fr"), (network.pk, "nl")}
    assert row(network).text == FRENCH["text"], "what the editor wrote stays as it is"


def test_notes_are_in_the_language_of_the_page(asylum, client):
    network = make_network(fr=FRENCH, nl=None)
    notes = row(network).notes
    assert "Une protection." in notes["fr"]
    assert "Een bescherming." in notes["nl"]
    assert asylum.get_absolute_url("nl") in notes["nl"]
    assert "Een bescherming." in client.get(network.get_absolute_url("nl")).content.decode()
    assert "Une protection." in client.get(network.get_absolute_url("fr")).content.decode()


def test_a_note_whose_term_has_no_text_in_the_language_of_the_page_says_its_language():
    make_term(
        fr={"title": "tutelle", "summary": "Une aide."},
        nl={"title": "voogdij", "summary": "Nog niet.", "state": "draft"},
    )
    link()
    network = make_network(fr={"text": "<p>La tutelle.</p>"}, nl={"text": "<p>De voogdij.</p>"})
    assert '<p lang="fr">Une aide.</p>' in row(network).notes["nl"]
    assert "Nog niet" not in str(row(network).notes), "nobody reads what is not published"
    assert marks(network, "nl") == 0
    assert row(network, "nl").notes == {}


def test_a_text_of_one_language_has_only_the_words_of_that_language(asylum):
    network = make_network(fr={"text": "<p>Het woord asiel.</p>"}, nl={"text": "<p>Le mot asile.</p>"})
    assert (marks(network), marks(network, "nl")) == (0, 0)
    assert mentions(asylum) == set()


def test_saving_again_changes_nothing(asylum):
    network = make_network(fr=FRENCH, nl=DUTCH)
    before = [(one.text_html, one.notes) for one in network.translations.order_by("pk")]
    save_content(Network.objects.get(pk=network.pk))
    assert [(one.text_html, one.notes) for one in network.translations.order_by("pk")] == before


def test_an_editor_can_do_without_on_a_page(asylum):
    network = make_network(fr={**FRENCH, "explain_words": False}, nl=DUTCH)
    assert (marks(network), marks(network, "nl")) == (0, 1)
    assert row(network).notes == {}
    write(network, "fr", explain_words=True)
    assert marks(network) == 1
    write(network, "fr", explain_words=False)
    assert mentions(asylum) == {(network.pk, "nl")}


def test_a_term_that_is_not_explained_in_texts(asylum):
    network = make_network(fr=FRENCH)
    asylum.is_linked = False
    save_content(asylum)
    link()
    assert marks(network) == 0
    assert mentions(asylum) == set()


def test_an_abbreviation_that_is_not_explained_in_texts():
    term = make_term(fr={"title": "Conseil", "abbreviation": "CE"})
    link()
    network = make_network(fr={"text": "<p>Le CE juge.</p>"})
    assert marks(network) == 1
    write(term, "fr", abbreviation_is_linked=False)
    link()
    assert marks(network) == 0


def test_a_term_is_not_linked_in_its_own_text(asylum):
    write(asylum, "fr", text="<p>L’asile est un droit.</p>")
    link()
    assert marks(asylum) == 0
    other = make_term(fr={"title": "protection", "text": "<p>L’asile et la protection.</p>"})
    link()
    assert marks(other) == 1
    assert mentions(asylum) == {(other.pk, "fr")}


def test_two_terms_with_one_abbreviation_are_both_in_the_note():
    for title in ("mineur étranger", "Moyen-Orient"):
        make_term(fr={"title": title, "abbreviation": "MENA", "summary": f"Voici : {title}."})
    link()
    network = make_network(fr={"text": "<p>Un MENA.</p>"})
    assert marks(network) == 1
    assert "Voici : mineur étranger." in row(network).notes["fr"]
    assert "Voici : Moyen-Orient." in row(network).notes["fr"]
    assert Mention.objects.count() == 2


def test_terms_that_refer_to_each_other_in_a_circle(client):
    terms = [
        make_term(fr={"title": title, "text": "<p>cercle, rond, tour</p>"}) for title in ("cercle", "rond", "tour")
    ]
    for number, term in enumerate(terms):
        term.see_also.set([terms[number - 1], term])
    link()
    for term in terms:
        assert client.get(term.get_absolute_url("fr")).status_code == 200
        assert marks(term) == 2


def test_other_words_beside_a_term_are_no_links():
    make_term(
        fr={"title": "réfugié·e"},
        words=[
            {"kind": "other_meaning", "text": "réfugié climatique"},
            {"kind": "discouraged", "text": "faux réfugié", "why": "Injuste."},
            {"kind": "spelling", "text": "fugitif"},
            {"kind": "synonym", "text": "exilé·e"},
        ],
    )
    link()
    never = make_network(fr={"text": "<p>Un réfugié climatique, un faux réfugié, un fugitif.</p>"})
    assert marks(never) == 0
    assert marks(make_network(fr={"text": "<p>Des exilées.</p>"})) == 1


def test_a_spelling_to_find_a_term_by_does_not_take_its_links_away():
    make_term(
        fr={"title": "mineur·e étranger·ère non accompagné·e", "abbreviation": "MENA"},
        words=[{"kind": "spelling", "text": "mena"}, {"kind": "spelling", "text": "mineur étranger non accompagné"}],
    )
    link()
    assert marks(make_network(fr={"text": "<p>Un centre pour MENA.</p>"})) == 1
    assert marks(make_network(fr={"text": "<p>Un mineur étranger non accompagné.</p>"})) == 1
    assert marks(make_network(fr={"text": "<p>La lutte qu’on mena.</p>"})) == 0


def test_whatever_stands_in_a_term_or_a_text():
    make_term(fr={"title": "C.A.P. (x)*[a-z]+"})
    make_term(fr={"title": "…"})
    link()
    network = make_network(fr={"text": "<ul><p>C.A.P. <em>(x)*</p></em> &amp; & <b>…"})
    assert "C.A.P." in row(network).text_html


# --- Names -----------------------------------------------------------------------------------------------------------


def test_every_function_of_the_settings_returns_names(settings):
    for path in settings.NAMES:
        assert isinstance(import_string(path)(), set), path


def test_a_term_equal_to_the_name_of_a_commune():
    make_term(fr={"title": "mons"})
    make_term(fr={"title": "Spa"})
    link()
    network = make_network(fr={"text": "<p>À Mons, le mons ; à Spa, un spa.</p>"})
    assert row(network).text_html.count("<a ") == 2
    assert ">mons</a>" in row(network).text_html
    assert ">spa</a>" in row(network).text_html


def test_an_organisation_that_is_a_term_is_explained(asylum):
    make_organisation(fr={"title": "Fedasil"}, nl={"title": "Fedasil"})
    make_term(fr={"title": "Fedasil"}, nl={"title": "Fedasil"})
    link()
    assert marks(make_network(fr={"text": "<p>Chez Fedasil.</p>"})) == 1
    assert "Fedasil" not in names()


def test_a_new_name_that_holds_a_word_takes_its_links_away(asylum):
    network = make_network(fr={"text": "<p>Chez ceux d’asile et toit.</p>"})
    assert marks(network) == 1
    organisation = make_organisation(fr={"title": "Ceux d’asile et toit"}, nl=None)
    link()
    assert marks(network) == 0
    save_content(organisation)
    make_organisation(fr={"title": "Un toit"}, nl=None)
    assert not Linking.objects.filter(started_at__isnull=True).exists(), "names that are known or hold no word"


# --- All texts -------------------------------------------------------------------------------------------------------


def many_themes(number, text):
    """Make themes with a text in both languages, in few queries and without linking them."""
    themes = Theme.objects.bulk_create(Theme() for _ in range(number))
    ThemeTranslation.objects.bulk_create(
        ThemeTranslation(
            master=theme,
            language_code=code,
            title=f"Thème {theme.pk}",
            slug=f"theme-{theme.pk}",
            text=text if code == "fr" else "<p>Niets.</p>",
            text_html=text if code == "fr" else "<p>Niets.</p>",
            **window("published"),
        )
        for theme in themes
        for code in ("fr", "nl")
    )


def test_a_term_links_a_thousand_texts_by_a_task_with_progress(monkeypatch, django_capture_on_commit_callbacks):
    many_themes(500, "<p>On demande l’asile.</p>")
    with django_capture_on_commit_callbacks(execute=True):
        term = make_term(fr={"title": "asile"}, nl=None)
    (task,) = DBTaskResult.objects.all()
    assert ThemeTranslation.objects.filter(text_html__contains="explained").count() == 0, "not while it is saved"
    steps, walked = [], []
    save = Linking.save

    def note_progress(self, *args, **kwargs):
        save(self, *args, **kwargs)
        steps.append((self.done, self.total, self.changed))

    monkeypatch.setattr(Linking, "save", note_progress)
    monkeypatch.setattr(linking, "note_change", lambda: walked.append(1))
    task.task.call(*task.args_kwargs["args"])
    total = 1_001
    assert steps[0] == (0, total, 0)
    assert steps[-1] == (total, total, 500)
    done = [step[0] for step in steps]
    assert done == sorted(done)
    assert len(set(done)) > 5, "batch by batch"
    assert len(walked) == 5, "once a batch"
    assert ThemeTranslation.objects.filter(text_html__contains="explained").count() == 500
    assert term.mentions.count() == 500
    assert Linking.objects.get().finished_at


def test_only_what_changes_is_written(asylum):
    make_network(fr=FRENCH, nl=DUTCH)
    many_themes(3, "<p>Rien.</p>")
    save_content(asylum)
    before = current_version()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        link()
    written = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert [sql for sql in written if "glossary_linking" not in sql] == []
    assert current_version() == before
    assert Linking.objects.first().changed == 0


def test_several_saves_ask_for_one_walk(asylum, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save_content(asylum)
        save_content(asylum)
        make_term(fr={"title": "tutelle"})
    assert Linking.objects.filter(started_at__isnull=True).count() == 1
    assert DBTaskResult.objects.count() == 1


def test_what_is_saved_while_a_walk_is_on_asks_for_another(asylum):
    Linking.objects.create(asked_at=timezone.now(), started_at=timezone.now())
    save_content(asylum)
    assert Linking.objects.filter(started_at__isnull=True).count() == 1


def test_what_is_saved_while_somebody_else_changes_a_term_is_walked_after_it(
    asylum, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        make_network(fr=FRENCH)
        now = timezone.now()
        # Another process changes a term, and all texts that it sees are walked: this one is not committed yet.
        Linking.objects.create(asked_at=now, started_at=now, finished_at=now)
    assert Linking.objects.filter(started_at__isnull=True).count() == 1


def test_an_upgrade_has_the_notes_made_anew(asylum):
    text = make_network(fr=FRENCH)
    NetworkTranslation.objects.update(notes={"fr": "Back to the text"})
    call_command("link_texts", stdout=io.StringIO())
    link()
    assert "Une protection." in row(text).notes["fr"]


def test_a_save_with_no_term_changed_asks_for_nothing(asylum, django_capture_on_commit_callbacks):
    before = Linking.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        make_network(fr=FRENCH)
    assert Linking.objects.count() == before


def test_a_task_that_comes_twice_walks_once(asylum, monkeypatch):
    save_content(asylum)
    link()
    monkeypatch.setattr(linking, "walk", lambda _linking: pytest.fail("walked again"))
    for one in Linking.objects.all():
        link_all_texts.call(one.pk)
    link_all_texts.call(999_999)


def test_a_walk_that_was_killed_is_begun_again(asylum, monkeypatch):
    network = make_network(fr=FRENCH)
    save_content(asylum)
    NetworkTranslation.objects.update(text_html="", notes={})

    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(linking, "link_objects", killed)
        with pytest.raises(KeyboardInterrupt):
            link()
    now = timezone.now()
    follow_clock(now + MINUTE, now)
    assert not Linking.objects.filter(started_at__isnull=True).exists(), "it may still be walking"
    follow_clock(now + STALE + MINUTE, now)
    link()
    assert marks(network) == 1
    assert not Linking.objects.filter(finished_at__isnull=True).exists()


def test_terms_loaded_at_once_are_linked_at_the_end():
    network = make_network(fr=FRENCH)
    with linking_later():
        make_term(fr={"title": "asile"})
    assert not Linking.objects.exists()
    linking.link_now()
    assert marks(network) == 1


# --- What follows from a term ----------------------------------------------------------------------------------------


def test_a_changed_definition_stands_in_the_notes(asylum):
    network = make_network(fr=FRENCH)
    write(asylum, "fr", summary="Un droit.")
    link()
    assert "Un droit." in row(network).notes["fr"]
    assert "Une protection." not in row(network).notes["fr"]


def test_a_term_with_a_new_name(asylum):
    network = make_network(fr=FRENCH)
    write(asylum, "fr", title="refuge")
    link()
    assert marks(network) == 0
    assert mentions(asylum) == set()


@pytest.mark.parametrize("where", ["one", "many"])
def test_a_deleted_term_leaves_the_texts(asylum, where):
    network = make_network(fr=FRENCH)
    desk = signed_in(make_superuser())
    if where == "one":
        desk.post(f"/admin/glossary/term/{asylum.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [asylum.pk], "post": "yes"}
        desk.post("/admin/glossary/term/", chosen)
    assert not Term.objects.exists()
    link()
    assert marks(network) == 0
    assert row(network).notes == {}


def test_mentions_follow_a_text_that_is_restored(asylum):
    network = make_network(fr=FRENCH, nl=None)
    keep_version(network)
    write(network, "fr", text="<p>Rien.</p>")
    assert mentions(asylum) == set()
    restore(versions_of(network).first())
    assert mentions(asylum) == {(network.pk, "fr")}
    assert marks(network) == 1


def test_mentions_of_what_has_been_deleted_go(asylum):
    network = make_network(fr=FRENCH, nl=DUTCH)
    row(network, "nl").delete()
    save_content(Network.objects.get(pk=network.pk))
    assert mentions(asylum) == {(network.pk, "fr")}
    Network.objects.get(pk=network.pk).delete()
    save_content(asylum)
    link()
    assert mentions(asylum) == set()


def test_the_words_of_the_last_walk_are_kept_until_a_term_changes(asylum):
    assert vocabulary_now() is vocabulary_now()
    before = vocabulary_now()
    save_content(asylum)
    waiting = vocabulary_now()
    assert waiting is not before
    assert waiting is vocabulary_now()
    save_content(asylum)
    assert vocabulary_now() is not waiting, "though it is the same walk that waits"


# --- The clock -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """Move the clock."""

    def move(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move


def test_a_term_appears_and_disappears_with_the_clock(clock):
    now = timezone.now()
    begins, ends = now + 10 * MINUTE, now + 20 * MINUTE
    make_term(fr={"title": "asile", "publish_from": begins, "publish_until": ends}, nl=None)
    link()
    network = make_network(fr=FRENCH, nl=None)
    assert marks(network) == 0

    def run(since, moment):
        clock(moment)
        follow_clock(moment, since)
        link()
        return marks(network), bool(row(network).notes)

    assert run(now, begins - MINUTE) == (0, False)
    assert run(begins - MINUTE, begins) == (1, True)
    assert run(begins, ends - MINUTE) == (1, True)
    assert run(ends - MINUTE, ends) == (0, False)
    walks = Linking.objects.count()
    run(ends, ends + MINUTE)
    assert Linking.objects.count() == walks, "nothing happened: nothing is walked"


def test_the_clock_is_followed(settings):
    assert "glossary.linking.follow_clock" in settings.DUE_STEPS


# --- Reading ---------------------------------------------------------------------------------------------------------


def queries_of(client, address):
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries), response


def test_a_page_looks_for_no_words_and_costs_no_query_more(client, monkeypatch):
    terms = [
        make_term(fr={"title": f"mot{number}", "summary": "Oui."}, nl={"title": f"woord{number}"})
        for number in range(10)
    ]
    link()
    plain = make_network(fr={"text": "<p>Rien.</p>"})
    full = make_network(fr={"text": f"<p>{' '.join(f'mot{number}' for number in range(10))}</p>"})
    assert marks(full) == 10

    def fail(*args):
        pytest.fail("words are looked for while a page is read")

    monkeypatch.setattr(Lexicon, "find", fail)
    monkeypatch.setattr(Vocabulary, "__init__", fail)
    for language in ("fr", "nl"):
        few, _response = queries_of(client, plain.get_absolute_url(language))
        many, response = queries_of(client, full.get_absolute_url(language))
        assert few == many
        assert response.content.decode().count('id="note-') == 10
    for term in terms[:2]:
        queries_of(client, term.get_absolute_url("fr"))


def test_the_text_of_a_theme_is_linked_too(asylum):
    theme = make_theme(fr=FRENCH)
    assert marks(theme) == 1
