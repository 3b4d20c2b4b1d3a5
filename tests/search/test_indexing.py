"""The index is in step with the site, however content changes; and shows nothing that readers may not see."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tablib import Dataset

from addresses.models import Category
from content.due import run_step
from content.history import restore
from content.saving import delete_content, save_content
from glossary.models import Word
from networks.models import Network
from publications.files import read_edition
from publications.models import Edition
from publications.resources import PublicationResource
from publications.sample.pdfs import make_pdf
from search.excerpts import Marker
from search.indexing import add_words, rebuild, rebuild_by_worker, renew_words
from search.models import IndexEntry, IndexWord, Trigram
from tests.admin.desk import Form, change_url, keep_version, signed_in, url
from tests.makers import DAY, make_address, make_house, make_network, make_publication, make_staff, make_term, write
from tests.pages import LANGUAGES
from tests.search.asking import ask, found, marked

pytestmark = pytest.mark.django_db

HOUR = DAY / 24


@pytest.fixture
def clock(monkeypatch):
    """Let the search see another moment."""

    def move(days):
        now = timezone.now() + days * DAY
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    return move


# --- However it changes --------------------------------------------------------------------------------------------


def test_what_is_saved_is_found_at_once_and_by_its_new_words(client):
    network = make_network(fr={"title": "Réseau du toit"}, nl={"title": "Daknetwerk"})
    assert found(ask(client, "toit")) == [network.get_absolute_url("fr")]
    network = write(network, "fr", title="Réseau de la porte")
    assert found(ask(client, "toit")) == []
    assert found(ask(client, "porte")) == [network.get_absolute_url("fr")]
    assert found(ask(client, "daknetwerk", "nl")) == [network.get_absolute_url("nl")]


def test_each_kind_of_content_is_found(client):
    house = make_house()
    term = make_term(fr={"title": "toit partagé"}, nl={"title": "gedeeld dak"})
    shown = {name: obj for name, obj in vars(house).items() if name != "moved"}
    for obj in (*shown.values(), term):
        for language in LANGUAGES:
            title = obj.translation_shown_in(language).title
            assert obj.get_absolute_url(language) in found(ask(client, title, language)), title


def test_a_text_that_is_published_or_withdrawn_comes_and_goes(client):
    network = make_network(fr={"title": "Réseau du toit", "state": "draft"}, nl=None)
    assert found(ask(client, "toit")) == []
    network = write(network, "fr", state="published")
    assert len(found(ask(client, "toit"))) == 1
    write(network, "fr", state="withdrawn")
    assert found(ask(client, "toit")) == []


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_nothing_of_a_text_that_is_not_public_is_found_shown_or_offered(client, committed, state):
    hidden = {"title": "Secretariaat", "summary": "Kelderverdieping", "text": "<p>Bovenverdieping</p>", "state": state}
    with committed():
        make_network(fr={**hidden}, nl={**hidden})
        make_network(fr={"title": "Réseau du toit"}, nl={"title": "Daknetwerk"})
    for word in ("Secretariaat", "Kelderverdieping", "Bovenverdieping", "Secretariaaat", "Kelderverdiepin", "Kelder"):
        for language in LANGUAGES:
            page = ask(client, word, language)
            assert found(page) == []
            assert "secretariaat" not in page.text.lower().replace(word.lower(), "")
            assert "verdieping" not in page.text.lower().replace(word.lower(), "")


def test_a_text_in_french_only_is_no_dutch_result(client):
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    page = ask(client, "toit", "nl")
    assert "0 tekst" in page.text or "0 text" in page.text
    (section,) = page.elements("section", **{"aria-labelledby": "t-fr"})
    assert found(page, within=section) == found(page) == [network.get_absolute_url("nl")]
    assert page.language_of("Réseau du toit") == "fr"


def test_a_schedule_needs_no_save(client, clock):
    now = timezone.now()
    times = {"publish_from": now + DAY, "publish_until": now + 3 * DAY}
    make_network(fr={"title": "Réseau du toit", **times}, nl=None)
    assert found(ask(client, "toit")) == []
    clock(2)
    assert len(found(ask(client, "toit"))) == 1
    clock(4)
    assert found(ask(client, "toit")) == []


def test_a_synonym_helps_only_while_its_term_is_public(client, clock):
    make_term(fr={"title": "toit", "publish_from": timezone.now() + DAY}, nl=None, words=[{"text": "abri couvert"}])
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    assert found(ask(client, "abri couvert")) == []
    clock(2)
    assert network.get_absolute_url("fr") in found(ask(client, "abri couvert"))


def test_an_address_is_found_until_its_last_day(client, clock):
    make_address(fr={"title": "Permanence du toit"}, valid_until=timezone.localdate() + DAY)
    assert len(found(ask(client, "permanence"))) == 1
    clock(1)
    assert len(found(ask(client, "permanence"))) == 1
    clock(2)
    assert found(ask(client, "permanence")) == []


def test_what_is_deleted_is_found_no_more_in_whatever_way_it_goes(client):
    networks = [make_network(fr={"title": f"Réseau du toit {number}"}) for number in range(4)]
    staff = signed_in(make_staff("Publishers"))
    assert len(found(ask(client, "toit"))) == 4
    assert staff.post(url(Network, "delete", networks[0].pk), {"post": "yes"}).status_code == 302
    delete_content(networks[1])
    assert len(found(ask(client, "toit"))) == 2
    chosen = {"action": "delete_selected", "_selected_action": [obj.pk for obj in networks[2:]], "post": "yes"}
    assert staff.post(url(Network, "changelist"), chosen).status_code == 302
    assert not Network.objects.exists()
    assert found(ask(client, "toit")) == []
    assert not IndexEntry.objects.exists()


def test_a_text_that_is_deleted_alone_is_found_no_more(client):
    network = make_network(fr={"title": "Réseau du toit"}, nl={"title": "Daknetwerk"})
    staff = signed_in(make_staff("Publishers"))
    address = f"/admin/networks/network/{network.pk}/change/delete-translation/nl/"
    assert staff.post(address, {"post": "yes"}).status_code == 302
    assert network.translations.count() == 1
    assert found(ask(client, "daknetwerk", "nl")) == []
    assert len(found(ask(client, "toit"))) == 1


def test_what_staff_write_in_the_admin_is_found(client):
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    staff = signed_in(make_staff("Publishers"))
    Form(staff, change_url(network, "fr")).save(title="Réseau de la cave")
    assert found(ask(client, "cave")) == [network.get_absolute_url("fr")]
    assert found(ask(client, "toit")) == []


def test_a_version_that_is_brought_back_is_found_by_its_words(client):
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    version = keep_version(network)
    network = write(network, "fr", title="Réseau de la cave")
    restore(version)
    assert len(found(ask(client, "toit"))) == 1
    assert found(ask(client, "cave")) == []


def test_what_was_deleted_and_comes_back_is_a_draft_and_not_found(client):
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    version = keep_version(network)
    delete_content(network)
    restore(version)
    assert Network.objects.exists()
    assert found(ask(client, "toit")) == []


def test_what_is_imported_is_found(client):
    publication = make_publication(fr={"title": "Guide du toit"}, nl=None)
    rows = Dataset((str(publication.key), "Guide de la cave"), headers=("key", "title_fr"))
    result = PublicationResource().import_data(rows, dry_run=False, raise_errors=True)
    assert not result.has_errors()
    assert found(ask(client, "cave")) == [publication.get_absolute_url("fr")]
    assert found(ask(client, "toit")) == []


def test_a_save_that_fails_leaves_the_index_as_it_was(client, monkeypatch, settings):
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    settings.CONTENT_STEPS = [*settings.CONTENT_STEPS, "tests.search.test_indexing.fail"]
    with pytest.raises(ZeroDivisionError):
        write(network, "fr", title="Réseau de la cave")
    assert len(found(ask(client, "toit"))) == 1
    assert found(ask(client, "cave")) == []


def fail(obj):
    raise ZeroDivisionError


# --- What stands with it ---------------------------------------------------------------------------------------------


def upload(publication, words, languages):
    """Give a publication an edition with a PDF of these words, and read it as the worker does."""
    edition = Edition(publication=publication, languages=languages, title=f"Fichier {languages[0]}")
    edition.pdf = ContentFile(make_pdf("Titre", [words], language=languages[0]), name="x.pdf")
    edition.save()
    read_edition.call(edition.pk)
    return edition


def test_the_words_of_a_pdf_are_found_once_it_is_read_and_shown(client):
    publication = make_publication(fr={"title": "Guide"}, nl={"title": "Gids"})
    upload(publication, "Une phrase. La charpente du grenier est solide.", ["fr"])
    page = ask(client, "charpentes")
    assert found(page) == [publication.get_absolute_url("fr")]
    assert "La charpente du grenier" in page.text
    assert marked(page) == ["charpente"]
    assert found(ask(client, "charpente", "nl")) == [publication.get_absolute_url("fr")], "offered, in French"


def with_file(number, language="fr", words="La charpente est solide."):
    """A publication with a file that says something, without reading one."""
    publication = make_publication(**{"fr": None, "nl": None, language: {"title": f"Guide {number}"}})
    Edition.objects.create(publication=publication, languages=[language], title="Fichier", pdf_text=words, pdf_read="x")
    save_content(publication)


def test_files_are_read_for_the_first_results_of_a_page_only(client):
    for number in range(7):
        with_file(number)
    with_file(8, "nl")
    page = ask(client, "charpente", kind="publication")
    assert len(found(page)) == 7
    assert marked(page) == ["charpente"] * 5
    page = ask(client, "charpente")
    assert len(found(page)) == 6
    assert marked(page) == ["charpente"] * 5, "those in other languages count too"


def test_only_so_much_of_files_is_read_for_a_page(client, monkeypatch):
    long = "Le texte du fichier. " * 20_000
    with_file(1, words=f"{long} La charpente est solide.")
    with_file(2, words=f"{long} La charpente est solide.")
    with_file(3, words="La charpente est solide.")
    looked_at = []
    monkeypatch.setattr(Marker, "first_place", lambda marker, text: looked_at.append(text))
    assert len(found(ask(client, "charpente"))) == 3
    assert sum(map(len, looked_at)) < 600_000


def test_a_pdf_is_found_in_its_language_and_another_one_in_all(client):
    publication = make_publication(fr={"title": "Guide"}, nl={"title": "Gids"})
    upload(publication, "De zolder is ruim.", ["nl"])
    upload(publication, "The attic is large.", ["en"])
    for language, word, addresses in (
        ("fr", "zolder", [publication.get_absolute_url("nl")]),
        ("nl", "zolder", [publication.get_absolute_url("nl")]),
        ("fr", "attic", [publication.get_absolute_url("fr")]),
        ("nl", "attic", [publication.get_absolute_url("nl")]),
    ):
        assert found(ask(client, word, language)) == addresses, (language, word)


def test_a_file_is_not_read_again_where_it_has_not_changed(client, monkeypatch):
    publication = make_publication(fr={"title": "Guide"}, nl=None)
    upload(publication, "La charpente.", ["fr"])
    monkeypatch.setattr("search.indexing.shortened", shortened_but_no_files)
    publication = write(publication, "fr", title="Guide du toit")
    assert len(found(ask(client, "charpente"))) == 1
    assert len(found(ask(client, "toit"))) == 1


def shortened_but_no_files(tokens):
    assert "wcharpent" in tokens or "wguide" in tokens, "the words of a file alone are those of a reading"
    return " ".join(tokens)


def test_the_words_beside_a_term_are_its_names(client):
    term = make_term(fr={"title": "toit"}, nl=None)
    Word.objects.create(term=term, language="fr", text="abri couvert")
    Word.objects.create(term=term, language="fr", text="toit ouvrant", kind="other_meaning")
    save_content(term)
    assert found(ask(client, "abri couvert")) == [term.get_absolute_url("fr")]
    assert found(ask(client, "ouvrant")) == []


def test_a_category_that_is_renamed_finds_its_addresses_by_the_new_name(client):
    address = make_address(fr={"title": "Permanence"}, nl={"title": "Spreekuur"}, categories=["legal"])
    save_content(address)
    category = Category.objects.get(key="legal")
    staff = signed_in(make_staff(is_superuser=True))
    Form(staff, url(Category, "change", category.pk)).save(name_fr="Charpenterie", name_nl="Timmerwerk")
    assert found(ask(client, "charpenterie")) == [address.get_absolute_url("fr")]
    assert found(ask(client, "timmerwerk", "nl")) == [address.get_absolute_url("nl")]


# --- All of it -------------------------------------------------------------------------------------------------------


def test_the_index_can_be_written_anew_and_tells_how_far_it_has_come(client, committed):
    make_house()
    rebuild()
    before = entries()
    IndexEntry.objects.all().delete()
    IndexEntry.objects.create(
        kind="networks.network",
        object_id=999,
        language="fr",
        publish_from=timezone.now(),
        words="stoit",
        names=" stoit ",
    )
    IndexEntry.objects.create(kind="gone.away", object_id=1, language="fr", publish_from=timezone.now(), words="stoit")
    IndexWord.objects.all().delete()
    out = io.StringIO()
    with committed():
        call_command("rebuild_search_index", stdout=out)
    assert entries() == before
    assert "networks.Network: 1 of 1" in out.getvalue()
    assert IndexWord.objects.filter(form="wtoit").exists()


def entries():
    columns = [field.name for field in IndexEntry._meta.fields if field.name != "id"]
    return list(IndexEntry.objects.order_by("kind", "object_id", "language").values_list(*columns))


def test_an_index_of_a_hundred_texts_is_written_in_few_queries(committed):
    for number in range(3):
        make_network(fr={"title": f"Réseau {number}"})
    with committed():
        rebuild()
    with CaptureQueriesContext(connection) as few, committed():
        rebuild()
    for number in range(30):
        make_network(fr={"title": f"Réseau numéro {number}"})
    with committed():
        rebuild()
    with CaptureQueriesContext(connection) as many, committed():
        rebuild()
    assert len(many) <= len(few) + 3


def test_rows_that_change_behind_the_sites_back_are_never_half_in_the_index(client):
    """The database itself keeps its own index in step with the entries."""
    make_network(fr={"title": "Réseau du toit"}, nl=None)
    IndexEntry.objects.update(words="scav")
    assert found(ask(client, "toit")) == []
    assert len(found(ask(client, "cave"))) == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_indexentry")
    assert found(ask(client, "cave")) == []


def test_a_site_that_was_there_before_its_search_is_indexed_once(client):
    make_network(fr={"title": "Réseau du toit"}, nl=None)
    IndexEntry.objects.all().delete()
    path, now = "search.indexing.fill_at_first", timezone.now()
    assert path in settings.DUE_STEPS
    for _run in range(2):
        run_step(path, now)
    assert asked_for(rebuild_by_worker) == 1
    rebuild_by_worker.call()
    assert len(found(ask(client, "toit"))) == 1
    run_step(path, now + HOUR)
    assert asked_for(rebuild_by_worker) == 1


def asked_for(task):
    """How often the worker was given a task."""
    return [row.task_path for row in DBTaskResult.objects.all()].count(task.module_path)


def test_a_first_indexing_that_was_stopped_is_asked_for_again(client, monkeypatch):
    make_network(fr={"title": "Réseau du toit"}, nl=None)
    path, now = "search.indexing.fill_at_first", timezone.now()
    run_step(path, now)
    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr("search.indexing.forget_words", lambda: 1 / 0)
        rebuild_by_worker.call()
    for hours in (1, 2):
        run_step(path, now + hours * HOUR)
    assert asked_for(rebuild_by_worker) == 3


def test_a_site_without_content_has_nothing_to_index():
    run_step("search.indexing.fill_at_first", timezone.now())
    assert asked_for(rebuild_by_worker) == 0


def written():
    """The words that a misspelt one may be meant as."""
    return set(IndexWord.objects.values_list("written", flat=True))


def test_the_daily_step_adds_words_that_were_lost_and_forgets_those_that_no_text_holds(committed, settings):
    with committed():
        make_network(fr={"title": "Réseau du toit"}, nl={"title": "Daknetwerk"})
        network = make_network(fr={"title": "Grenier caché", "state": "scheduled"}, nl=None)
        gone = make_network(fr={"title": "Grenier perdu"}, nl=None)
    delete_content(gone)
    IndexWord.objects.filter(written="toit").delete()
    path, now = "search.indexing.ask_for_words", timezone.now()
    assert path in settings.DUE_STEPS
    for _run in range(2):
        run_step(path, now)
    assert asked_for(renew_words) == 1
    run_step(path, now + DAY)
    assert asked_for(renew_words) == 2
    renew_words.call()
    assert written() == {"réseau", "toit", "daknetwerk", "grenier", "caché"}
    assert Trigram.objects.filter(word__written="toit").count() == 5
    delete_content(network)
    rebuild()
    assert written() == {"réseau", "toit", "daknetwerk"}


def test_words_are_there_while_the_index_is_written_anew(committed, monkeypatch):
    with committed():
        make_network(fr={"title": "Réseau du toit"}, nl=None)
    seen = []
    monkeypatch.setattr("search.indexing.index_objects", lambda objects: seen.append(written()))
    rebuild()
    assert seen and all(words == {"réseau", "toit"} for words in seen)


def test_a_word_that_two_write_at_once_has_each_trigram_once():
    words = {("fr", "wtoit"): ("stoit", "toit")}
    add_words(words)
    # As it is for whoever looked before the other had written.
    IndexWord.objects.update(stem="")
    add_words(words)
    assert IndexWord.objects.get().stem == "stoit"
    assert Trigram.objects.count() == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        Trigram.objects.create(word=IndexWord.objects.get(), letters=Trigram.objects.first().letters)


@pytest.mark.django_db(transaction=True)
def test_words_that_cannot_be_written_break_no_save(client, monkeypatch):
    def refuse(words):
        raise OperationalError("database is locked")

    monkeypatch.setattr("search.indexing.add_words", refuse)
    network = make_network(fr={"title": "Réseau du toit"}, nl=None)
    assert found(ask(client, "toit")) == [network.get_absolute_url("fr")]
    assert written() == set()


HAS_WRITTEN = threading.Event()


def tell_that_written(obj):
    """A step of a save: what the search keeps of the object is written, the number of the last change not yet."""
    if threading.current_thread() is not threading.main_thread():
        HAS_WRITTEN.set()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets only one write at a time")
@pytest.mark.django_db(transaction=True)
def test_an_import_and_a_save_with_the_same_words_do_not_wait_for_each_other(settings):
    """The import holds the number of the last change, for which the save waits, and must not wait for its words."""
    steps = list(settings.CONTENT_STEPS)
    steps.insert(steps.index("search.indexing.index_content") + 1, f"{__name__}.tell_that_written")
    settings.CONTENT_STEPS = steps
    HAS_WRITTEN.clear()

    def save():
        try:
            return make_network(fr={"title": "Toit partagé"}, nl=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            make_network(fr={"title": "Autre chose"}, nl=None)
            saved = pool.submit(save)
            assert HAS_WRITTEN.wait(30)
            make_network(fr={"title": "Toit partagé encore"}, nl=None)
        assert saved.result(30).pk
    assert {"toit", "partagé", "autre", "encore"} <= written()
    assert Trigram.objects.filter(word__written="toit").count() == 5


# --- What the database itself keeps ----------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its column by itself")
def test_all_migrations_leave_sqlite_its_triggers_and_an_index_that_is_right():
    make_network(fr={"title": "Réseau du toit"}, nl=None)
    write(make_network(fr={"title": "Réseau de la cave"}, nl=None), "fr", title="Réseau du grenier")
    delete_content(make_network(fr={"title": "Réseau perdu"}, nl=None))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_indexentry'")
        names = {name for (name,) in cursor.fetchall()}
        assert names == {"search_words_insert", "search_words_update", "search_words_delete"}
        # Compares what it holds with the entries; it fails by an error.
        cursor.execute("INSERT INTO search_words(search_words, rank) VALUES ('integrity-check', 1)")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has triggers")
def test_all_migrations_leave_postgresql_its_column_and_its_index():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT is_generated FROM information_schema.columns "
            "WHERE table_name = 'search_indexentry' AND column_name = 'vector'"
        )
        assert cursor.fetchall() == [("ALWAYS",)]
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'search_indexentry_vector'")
        assert cursor.fetchone() == (1,)
