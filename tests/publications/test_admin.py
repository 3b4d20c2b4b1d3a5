"""Staff write publications with their editions, upload files, see what became of them, and mark several at once."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult
from reversion.models import Version

from publications.files import read_file
from publications.models import Edition, Publication, Validity
from tests.admin.desk import Form, Sheet, change_url, make_outsider, make_superuser, signed_in, url
from tests.makers import make_picture, make_publication, make_staff, make_theme
from tests.pages import LANGUAGES
from tests.publications import files

pytestmark = pytest.mark.django_db

ADD = url(Publication, "add", language="fr")
LIST = url(Publication, "changelist")


@pytest.fixture
def editor():
    return signed_in(make_staff("Editors", language="fr"))


def pdf(data, name="brochure.pdf"):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def row(form, number, **columns):
    """The fields of an edition to send, in the row `number` of the form."""
    columns = {"format": "booklet", "focus_x": "50", "focus_y": "50", **columns}
    count = max(number + 1, int(form.value("editions-TOTAL_FORMS")))
    return {
        "editions-TOTAL_FORMS": count,
        **{f"editions-{number}-{name}": value for name, value in columns.items()},
    }


# --- The form ------------------------------------------------------------------------------------------------------


def test_a_publication_is_written_with_its_editions_on_one_page(editor, django_capture_on_commit_callbacks):
    theme = make_theme()
    form = Form(editor, ADD)
    one = row(form, 0, languages=["fr"], title="Guide", pdf=pdf(files.good_pdf("Bonjour")), isbn="978-2-930780-00-9")
    two = row(form, 1, languages=["ar"], title="دليل", cover=make_picture(60, 80))
    with django_capture_on_commit_callbacks(execute=True):
        page = form.save(
            title="Guide du toit", kind="guide", published_on="12/2018", themes=[theme.pk], **{**one, **two}
        )
    publication = Publication.objects.get()
    assert str(publication.published_on) == "2018-12"
    assert [theme.pk for theme in publication.themes.all()] == [theme.pk]
    french, arabic = publication.editions.all()
    assert (french.languages, french.title, french.isbn) == (["fr"], "Guide", "978-2-930780-00-9")
    assert (arabic.languages, arabic.title, bool(arabic.cover)) == (["ar"], "دليل", True)
    assert french.file_state == "waiting"
    (place,) = [element for element in page.tree.iter("span") if element.get("data-edition-file") == str(french.pk)]
    assert place.get("data-state") == "waiting"
    # The version holds the editions too.
    assert Version.objects.get_for_model(Edition).count() == 2


def test_an_edition_is_changed_and_deleted_on_the_page(editor):
    publication = make_publication(
        editions=[{"languages": ["fr"], "title": "Un"}, {"languages": ["nl"], "title": "Twee"}]
    )
    form = Form(editor, change_url(publication))
    form.save(**{"editions-0-title": "Premier", "editions-0-languages": ["fr", "en"], "editions-1-DELETE": "on"})
    (edition,) = publication.editions.all()
    assert (edition.title, set(edition.languages), edition.language_key) == ("Premier", {"en", "fr"}, "+en+fr+")


def test_a_file_given_to_a_publication_that_was_there_already_is_read_too(editor, django_capture_on_commit_callbacks):
    publication = make_publication(editions=[{"languages": ["nl"]}])
    form = Form(editor, change_url(publication))
    with django_capture_on_commit_callbacks(execute=True):
        form.save(**row(form, 1, languages=["fr"], title="Guide", pdf=pdf(files.good_pdf())))
    edition = publication.editions.get(title="Guide")
    assert [edition.pk] in [job.args_kwargs["args"] for job in DBTaskResult.objects.all()]
    with django_capture_on_commit_callbacks(execute=True):
        form = Form(editor, change_url(publication))
        form.save(**{"editions-0-pdf": pdf(files.good_pdf("Gids"))})
    dutch = publication.editions.exclude(pk=edition.pk).get()
    assert [dutch.pk] in [job.args_kwargs["args"] for job in DBTaskResult.objects.all()]


def test_a_pdf_and_a_cover_are_taken_away_on_the_page(editor):
    publication = make_publication(editions=[{"read": {}, "cover": make_picture(60, 80)}])
    Form(editor, change_url(publication)).save(**{"editions-0-pdf-clear": "on", "editions-0-cover-clear": "on"})
    edition = publication.editions.get()
    assert not edition.pdf
    assert not edition.cover
    assert edition.file_state == "none"


HOSTILE = {
    "password": files.encrypted_pdf,
    "zip": files.zip_named_pdf,
    "web page": files.html_named_pdf,
    "web page first": files.html_then_pdf,
    "400 pages": files.pdf_with_many_pages,
    "half": files.truncated_pdf,
    "script": lambda: files.good_pdf(catalog=files.SCRIPT),
    "nothing": lambda: b"%PDF-1.7\n",
}


def test_every_hostile_file_is_refused_in_words_in_both_languages_and_nothing_typed_is_lost():
    publication = make_publication(fr={"title": "Guide"}, nl={"title": "Gids"})
    texts = {}
    for language in LANGUAGES:
        staff = signed_in(make_staff("Editors", language=language))
        for name, make in HOSTILE.items():
            form = Form(staff, change_url(publication, language))
            sent = row(form, 0, languages=["fr", "ar"], title="Mon titre", label="4e", pages="12", pdf=pdf(make()))
            back = form.refuse(title="Un autre titre", summary="Une phrase tapée.", **sent)
            texts[name, language] = back.errors
            assert back.errors, name
            assert "%(" not in back.errors
            assert back.value("title") == "Un autre titre"
            assert back.value("summary") == "Une phrase tapée."
            assert back.value("editions-0-title") == "Mon titre"
            assert back.value("editions-0-label") == "4e"
            assert back.value("editions-0-pages") == "12"
            assert sorted(back.data["editions-0-languages"]) == ["ar", "fr"]
    assert not Edition.objects.exists()
    assert Publication.objects.get().translations.get(language_code="fr").title == "Guide"
    # Each kind of fault has a reason of its own.
    assert len({texts[name, "fr"] for name in ("password", "zip", "400 pages", "half", "script")}) == 5


@pytest.mark.parametrize(
    "make", [files.png_with_false_header, files.eps, files.svg_with_script, files.png_bomb, files.good_pdf]
)
def test_a_hostile_cover_is_refused_in_words_and_nothing_typed_is_lost(editor, make):
    publication = make_publication()
    form = Form(editor, change_url(publication))
    back = form.refuse(**row(form, 0, languages=["fr"], title="Mon titre", cover=SimpleUploadedFile("c.png", make())))
    assert back.errors
    assert back.value("editions-0-title") == "Mon titre"
    assert not Edition.objects.exists()


def test_a_file_of_60_mb_is_refused_in_words(editor, settings):
    settings.PDF_MAX_BYTES = 1000
    publication = make_publication()
    form = Form(editor, change_url(publication))
    back = form.refuse(**row(form, 0, languages=["fr"], title="x", pdf=pdf(files.good_pdf("x" * 2000))))
    assert "1000" in back.errors or "1 000" in back.errors.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    "columns",
    [
        {"languages": ["xx"]},
        {"languages": []},
        {"languages": ["fr", "nl", "en", "ar", "fa", "ps", "ti"]},
        {"languages": ["fr\x00"]},
        {"isbn": "9782930780008"},
        {"pages": "-1"},
        {"focus_x": "101"},
        {"title": ""},
        {"pages": "40000000000"},
        {"pages": "9" * 40},
    ],
)
def test_a_wrong_value_of_an_edition_is_told(editor, columns):
    publication = make_publication()
    form = Form(editor, change_url(publication))
    back = form.refuse(**row(form, 0, **{"languages": ["fr"], "title": "x", **columns}))
    assert back.errors
    assert not Edition.objects.exists()


def test_a_nul_byte_in_an_edition_is_refused(editor):
    publication = make_publication(editions=[{"languages": ["fr"], "title": "Un"}])
    names = [name for name in Form(editor, change_url(publication)).data if name.startswith("editions-0")]
    assert len(names) > 8
    for name in names:
        assert Form(editor, change_url(publication)).send(**{name: "a\x00b"}).status_code == 200, name
    assert publication.editions.get().title == "Un"


def test_two_editions_in_the_same_language_are_told_whether_stored_or_both_new(editor):
    publication = make_publication(editions=[{"languages": ["fr", "nl"], "title": "Un"}])
    form = Form(editor, change_url(publication))
    back = form.refuse(**row(form, 1, languages=["nl", "fr"], title="Deux"))
    assert back.errors
    assert back.value("editions-1-title") == "Deux"
    both_new = {**row(form, 1, languages=["ar"], title="Deux"), **row(form, 2, languages=["ar"], title="Trois")}
    back = form.refuse(**both_new)
    assert back.errors
    assert back.value("editions-2-title") == "Trois"
    assert publication.editions.count() == 1


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"editions-0-DELETE": "on", "editions-1-languages": ["fr"]}, {"Twee": ["fr"]}),
        ({"editions-1-DELETE": "on", "editions-0-languages": ["nl"]}, {"Un": ["nl"]}),
        ({"editions-0-languages": ["nl"], "editions-1-languages": ["fr"]}, {"Un": ["nl"], "Twee": ["fr"]}),
        ({"editions-0-languages": ["nl"], "editions-1-languages": ["ar"]}, {"Un": ["nl"], "Twee": ["ar"]}),
    ],
)
def test_a_language_passes_from_one_edition_to_another(editor, changes, left):
    publication = make_publication(
        editions=[{"languages": ["fr"], "title": "Un"}, {"languages": ["nl"], "title": "Twee"}]
    )
    Form(editor, change_url(publication)).save(**changes)
    assert {edition.title: edition.languages for edition in publication.editions.all()} == left
    assert {edition.language_key for edition in publication.editions.all()} == {
        f"+{code}+" for (code,) in left.values()
    }


def test_a_circle_is_told_on_the_page(editor):
    newer = make_publication(fr={"title": "Nouveau"})
    old = make_publication(fr={"title": "Ancien"}, superseded_by=newer)
    back = Form(editor, change_url(newer)).refuse(superseded_by=str(old.pk))
    assert "Ancien" in back.errors
    assert Publication.objects.get(pk=newer.pk).superseded_by is None


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "guide", "level": "federal"},
        {"kind": "guide", "outcome": "adopted"},
        {"kind": "guide", "campaign_from": "2024"},
        {"kind": "campaign", "campaign_from": "2024", "campaign_until": "2023"},
        {"action_url": "https://example.org/"},
        {"action_url": "javascript:alert(1)", "action_label": "x"},
        {"published_on": "2024-13"},
        {"law_as_of": "soon"},
    ],
)
def test_what_does_not_go_together_is_told(editor, columns):
    publication = make_publication()
    back = Form(editor, change_url(publication)).refuse(title="Tapé", **columns)
    assert back.errors
    assert back.value("title") == "Tapé"


def test_what_the_task_read_meanwhile_is_no_change_by_somebody_else(editor):
    publication = make_publication()
    form = Form(editor, change_url(publication))
    page = form.save(**row(form, 0, languages=["fr"], title="x", pdf=pdf(files.good_pdf("Bonjour"))))
    assert page.messages
    opened = Form(editor, change_url(publication))
    read_file(publication.editions.get())
    opened.save(title="Titre", **{"editions-0-title": "Autre"})
    edition = publication.editions.get()
    assert (edition.title, edition.file_state, edition.pdf_pages) == ("Autre", "ready", 1)
    assert edition.cover_from_pdf
    # A cover that another editor gave is one.
    opened = Form(editor, change_url(publication))
    edition.cover = make_picture(60, 80)
    edition.save()
    assert opened.refuse(title="Encore").with_class("conflict")


def test_what_readers_will_see_can_be_looked_at(editor):
    publication = make_publication(
        fr={"title": "Brouillon", "state": "draft"}, editions=[{"title": "Edition", "cover": make_picture(60, 80)}]
    )
    page = editor.get(url(Publication, "preview", publication.pk, "fr"))
    assert page.status_code == 200
    assert "Brouillon" in page.content.decode()
    assert "Edition" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_the_point_of_focus_has_a_picture_to_drag_it_on(editor):
    publication = make_publication(editions=[{"cover": make_picture(60, 80)}])
    edition = publication.editions.get()
    form = Form(editor, change_url(publication))
    (frame,) = [element for element in form.tree.iter("span") if element.get("data-focus")]
    assert frame.get("data-focus") == str(edition.pk)
    assert next(frame.iter("img")).get("src") == edition.cover.url
    assert any("js/editions.js" in (script.get("src") or "") for script in form.tree.iter("script"))
    form.save(**{"editions-0-focus_x": "10", "editions-0-focus_y": "90"})
    again = publication.editions.get()
    assert (again.focus_x, again.focus_y) == (10, 90)
    assert client_gets(again.cover_picture.webp_src)


def client_gets(address):
    return Client().get(address).status_code == 200


def test_a_file_of_words_in_the_address_never_widens_what_an_editor_sees(editor):
    for path in ("x", "0", "999999", "1%00", "²"):
        assert editor.get(f"{LIST}{path}/files/").status_code == 404


# --- Progress ------------------------------------------------------------------------------------------------------


def test_the_page_asks_how_far_the_files_are_and_is_told_in_words(editor):
    publication = make_publication(editions=[{"languages": ["nl"]}])
    none = publication.editions.get()
    waiting = Edition(publication=publication, languages=["fr"], title="x")
    waiting.pdf = pdf(files.good_pdf())
    waiting.save()
    address = url(Publication, "files", publication.pk)

    def told():
        response = editor.get(address)
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"] or "max-age=0" in response.headers["Cache-Control"]
        return {int(pk): file["state"] for pk, file in response.json().items()}

    assert told() == {none.pk: "none", waiting.pk: "waiting"}
    read_file(waiting)
    assert told() == {none.pk: "none", waiting.pk: "ready"}
    assert "1" in editor.get(address).json()[str(waiting.pk)]["text"]


def test_only_who_may_open_the_page_is_told_how_far_its_files_are():
    publication = make_publication(state="draft", editions=[{}])
    address = url(Publication, "files", publication.pk)
    for who in (make_staff("Editors"), make_staff("Publishers"), make_staff("Translators", languages=["nl"])):
        assert signed_in(who).get(address).status_code == 200
    assert signed_in(make_superuser()).get(address).status_code == 200
    assert signed_in(make_staff()).get(address).status_code == 403
    for client in (Client(), signed_in(make_outsider())):
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


# --- Several at once -----------------------------------------------------------------------------------------------


def choose(client, *publications, successor=None):
    data = {"action": "mark_as_superseded", "_selected_action": [publication.pk for publication in publications]}
    if successor is not None:
        data["successor"] = getattr(successor, "pk", successor)
    return client.post(LIST, data)


def successors():
    return dict(Publication.objects.values_list("pk", "superseded_by"))


def test_several_are_marked_as_superseded_after_being_asked_by_what(editor):
    newer = make_publication(fr={"title": "Nouveau"})
    old = [make_publication(fr={"title": f"Ancien {number}"}) for number in range(3)]
    page = Sheet(choose(editor, *old[:2]))
    options = {option.get("value") for option in page.tree.iter("option")}
    assert options == {str(newer.pk), str(old[2].pk)}
    assert "Ancien 0" in page.text
    assert set(successors().values()) == {None}
    chosen = [field.get("value") for field in page.tree.iter("input") if field.get("name") == "_selected_action"]
    assert sorted(chosen) == sorted(str(publication.pk) for publication in old[:2])
    response = choose(editor, *old[:2], successor=newer)
    assert response.status_code == 302
    assert successors() == {newer.pk: None, old[0].pk: newer.pk, old[1].pk: newer.pk, old[2].pk: None}
    assert "Nouveau" in Sheet(editor.get(LIST)).messages
    # Each has a version and an entry of its own.
    assert LogEntry.objects.filter(object_id__in=[old[0].pk, old[1].pk]).count() == 2
    assert Version.objects.get_for_object(old[0]).count() == 1


def test_what_would_make_a_circle_is_told_and_the_others_are_marked(editor):
    oldest = make_publication(fr={"title": "Premier"})
    middle = make_publication(fr={"title": "Milieu"})
    newest = make_publication(fr={"title": "Dernier"}, superseded_by=oldest)
    choose(editor, oldest, middle, successor=newest)
    assert successors() == {oldest.pk: None, middle.pk: newest.pk, newest.pk: oldest.pk}
    messages = Sheet(editor.get(LIST)).messages
    assert "Premier" in messages


def test_a_publication_among_the_chosen_ones_supersedes_the_others_but_not_itself(editor):
    one, two = make_publication(fr={"title": "Un"}), make_publication(fr={"title": "Deux"})
    choose(editor, one, two, successor=one)
    assert successors() == {one.pk: None, two.pk: one.pk}


def test_a_text_that_is_not_sound_keeps_no_other_from_being_marked(editor):
    newer, bad, good = (make_publication(fr={"title": title}) for title in ("Nouveau", "Mauvais", "Bon"))
    Publication.objects.filter(pk=bad.pk).update(kind="nonsense")
    choose(editor, bad, good, successor=newer)
    assert successors() == {newer.pk: None, bad.pk: None, good.pk: newer.pk}


@pytest.mark.parametrize("successor", ["0", "999999", "-1"])
def test_a_successor_that_is_not_there_is_asked_for_again(editor, successor):
    old = make_publication()
    response = choose(editor, old, successor=successor)
    assert response.status_code in {200, 404}
    assert successors() == {old.pk: None}


@pytest.mark.parametrize("successor", ["abc", "1\x00", "²", "9" * 40, "1 OR 1=1"])
def test_nonsense_as_successor_is_no_fault(editor, successor):
    old = make_publication()
    assert choose(editor, old, successor=successor).status_code in {200, 302, 404}
    assert successors() == {old.pk: None}


def test_only_who_may_change_facts_marks_several():
    newer, old = make_publication(), make_publication()
    for who in (make_staff("Translators", languages=["fr"]), make_staff()):
        client = signed_in(who)
        for successor in (None, newer):
            response = choose(client, old, successor=successor)
            assert response.status_code in {200, 302, 403}
            assert b'name="successor"' not in response.content
        assert successors() == {newer.pk: None, old.pk: None}
    page = Sheet(signed_in(make_staff("Translators")).get(LIST))
    assert "mark_as_superseded" not in page.html
    choose(signed_in(make_staff("Publishers")), old, successor=newer)
    assert successors()[old.pk] == newer.pk


def test_marking_publishes_nothing(editor):
    newer = make_publication()
    draft = make_publication(state="draft")
    choose(editor, draft, successor=newer)
    assert {row.state for row in draft.translations.all()} == {"draft"}
    assert Publication.objects.get(pk=draft.pk).superseded_by_id == newer.pk


# --- The list of staff ---------------------------------------------------------------------------------------------


def names(client, query):
    return sorted(Sheet(client.get(f"{LIST}?{query}")).names())


def test_staff_find_what_has_no_edition_in_a_language(editor):
    make_publication(fr={"title": "Sans rien"})
    make_publication(fr={"title": "Français"}, editions=[{"languages": ["fr"]}])
    make_publication(fr={"title": "Les deux"}, editions=[{"languages": ["fr"]}, {"languages": ["nl"]}])
    make_publication(fr={"title": "Ensemble"}, editions=[{"languages": ["ar", "nl"]}])
    assert names(editor, "no_edition=nl") == ["Français", "Sans rien"]
    assert names(editor, "no_edition=fr") == ["Ensemble", "Sans rien"]
    assert len(names(editor, "no_edition=xx")) == 4


def test_staff_find_what_describes_the_law_of_more_than_two_years_ago(editor, monkeypatch):
    moment = datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    for law in ("", "2019", "2023", "2024-05", "2024-06-14", "2024-06-15", "2024-06-16", "2025", "2026-01-01"):
        make_publication(fr={"title": f"Loi {law or 'inconnue'}"}, law_as_of=law)
    found = names(editor, "law=old")
    assert "Loi 2019" in found
    assert {"Loi 2023", "Loi 2024-05", "Loi 2024-06-14"} <= set(found)
    assert not {"Loi inconnue", "Loi 2024-06-16", "Loi 2025", "Loi 2026-01-01"} & set(found)


def test_a_law_of_the_year_two_years_ago_is_not_older_than_two_years(editor, monkeypatch):
    moment = datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    make_publication(fr={"title": "Année"}, law_as_of="2024")
    make_publication(fr={"title": "Mois"}, law_as_of="2024-06")
    assert names(editor, "law=old") == []


def test_staff_find_by_validity(editor):
    newer = make_publication(fr={"title": "Nouveau"})
    draft = make_publication(fr={"title": "Zbrouillon", "state": "draft"}, nl=None)
    make_publication(fr={"title": "Ancien"}, superseded_by=newer)
    make_publication(fr={"title": "Attend"}, superseded_by=draft)
    make_publication(fr={"title": "Révision"}, under_revision=True)
    make_publication(fr={"title": "Fini"}, no_longer_valid=True, superseded_by=newer)
    by_filter = {}
    for validity in ("in_force", "under_revision", "superseded", "no_longer_valid"):
        page = Sheet(editor.get(f"{LIST}?validity={validity}"))
        by_filter[validity] = sorted(page.names())
        # The list says the same as its filter.
        with override("fr"):
            label = str(Validity(validity).label)
        assert all(label in cells for cells in page.rows()), validity
    assert by_filter == {
        "in_force": ["Attend", "Nouveau", "Zbrouillon"],
        "under_revision": ["Révision"],
        "superseded": ["Ancien"],
        "no_longer_valid": ["Fini"],
    }
    assert len(names(editor, "validity=nonsense")) == 6


def test_the_list_of_staff_says_the_languages_of_the_editions(editor):
    make_publication(fr={"title": "Guide"}, editions=[{"languages": ["fr"]}, {"languages": ["nl", "ar"]}])
    (cells,) = Sheet(editor.get(LIST)).rows()
    text = " ".join(cells)
    assert "fr" in text
    assert "ar" in text


@pytest.mark.parametrize("query", ["law=%00", "no_edition=%00", "validity=%00", "kind=nonsense", "kind__exact=%00"])
def test_nonsense_in_the_address_of_the_list_is_no_fault(editor, query):
    assert editor.get(f"{LIST}?{query}").status_code in {200, 302}


def test_the_list_of_staff_costs_the_same_for_few_and_for_many(editor):
    def cost():
        editor.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            editor.get(LIST)
        return len(captured)

    def grow(number):
        for _ in range(number):
            successor = make_publication()
            make_publication(superseded_by=successor, editions=[{"languages": ["fr"]}, {"languages": ["nl"]}])

    grow(2)
    few = cost()
    grow(8)
    assert cost() == few
