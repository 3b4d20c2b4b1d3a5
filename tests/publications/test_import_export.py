"""Publications as a sheet: exported, changed in a spreadsheet, looked at, and imported whole or not at all."""

import csv
import io
import re
import zipfile

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook, load_workbook
from reversion.models import Revision, Version

from content import history
from content.languages import CODES
from content.sheets import bare, read_sheet, safe_cell
from publications.models import Publication, PublicationTranslation
from publications.resources import PublicationResource
from tests.makers import make, make_staff, make_theme

pytestmark = pytest.mark.django_db

LIST, IMPORT, EXPORT = (f"/admin/publications/publication/{page}" for page in ("", "import/", "export/"))
STRAY = re.compile(r"""<style|\sstyle\s*=|\son[a-z]+\s*=|<script(?![^>]*\s(?:src|nonce)=)|javascript:""", re.IGNORECASE)


@pytest.fixture
def staff(client):
    """Somebody who may change facts and texts in every language, signed in."""
    user = make_staff("Editors", language="fr")
    client.force_login(user)
    return user


@pytest.fixture
def theme():
    return make_theme(fr={"title": "Logement", "slug": "logement"}, nl={"title": "Huisvesting", "slug": "huisvesting"})


@pytest.fixture
def guide(theme):
    """A guide, public in French and a draft in Dutch, with nearly everything filled in."""
    guide = make(
        Publication,
        kind="guide",
        published_on="2018-12",
        law_as_of="2019",
        under_revision=True,
        responsible_editor="A. Personne",
        legal_deposit="D/2018/1234",
        fr={
            "title": "Guide de l’accueil",
            "slug": "guide-de-l-accueil",
            "subtitle": "Droits & devoirs; en bref",
            "series": "Repères",
            "summary": "Deux phrases.\nCourtes.",
            "text": "<p>Première ligne.</p><p>« Deuxième » “ligne”; avec, tout.</p>",
        },
        nl={"title": "Opvanggids", "slug": "opvanggids", "state": "draft"},
    )
    guide.themes.set([theme])
    return guide


@pytest.fixture
def poster():
    return make(Publication, kind="poster", fr={"title": "Affiche", "slug": "affiche"}, nl=None)


def exported(client, kind="csv", query=""):
    response = client.get(f"{EXPORT}{kind}/{query}")
    assert response.status_code == 200
    return response.content


def table(data):
    """The rows of an exported CSV file, as dicts."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def as_csv(rows, *, delimiter=";", encoding="utf-8-sig", headers=None):
    text = io.StringIO()
    writer = csv.DictWriter(text, headers or list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows):
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def preview(client, data, name="liste.csv"):
    if isinstance(data, list):
        data = as_csv(data)
    response = client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 200
    assert not STRAY.search(response.content.decode())
    return response


def changes(response):
    """{title: {column: difference as HTML}} of a preview."""
    return {
        row["title"]: {change["column"]: change["html"] for change in row["changes"]}
        for row in response.context["rows"]
    }


def reasons(response):
    """[(row, column, words)] of a preview that found something wrong."""
    assert response.context["confirm"] is None
    return [(number, column, " ".join(map(str, texts))) for number, column, texts in response.context["row_reasons"]]


def confirm(client, response):
    form = response.context["confirm"]
    return client.post(IMPORT, form.initial)


def run(client, data, name="liste.csv"):
    response = confirm(client, preview(client, data, name))
    assert response.status_code == 302, response.context["row_reasons"]
    return response


def everything():
    """What the database holds about publications."""
    return [
        sorted(map(repr, model.objects.values_list()))
        for model in (Publication, PublicationTranslation, Publication.themes.through, Version, Revision, LogEntry)
    ]


# --- Export ----------------------------------------------------------------------------------------------------


def test_a_csv_file_opens_in_a_belgian_excel(client, staff, guide):
    response = client.get(f"{EXPORT}csv/")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="publications-[\d-]+\.csv"', response.headers["Content-Disposition"])
    assert response.content.startswith(b"\xef\xbb\xbfkey;kind;published_on;")
    assert "no-store" in response.headers["Cache-Control"]


def test_an_export_has_a_column_for_each_language(client, staff, guide):
    (row,) = table(exported(client))
    for name in ("title", "subtitle", "series", "slug", "summary", "text", "state"):
        assert {f"{name}_{code}" for code in CODES} <= set(row)
    assert row["key"] == str(guide.key)
    assert (row["kind"], row["published_on"], row["law_as_of"]) == ("guide", "2018-12", "2019")
    assert (row["under_revision"], row["no_longer_valid"], row["themes"]) == ("yes", "", "logement")
    assert (row["title_fr"], row["title_nl"]) == ("Guide de l’accueil", "Opvanggids")
    assert (row["state_fr"], row["state_nl"]) == ("published", "draft")


def test_an_export_holds_the_list_as_it_is_filtered(client, staff, guide, poster):
    assert [row["kind"] for row in table(exported(client, query="?kind__exact=poster"))] == ["poster"]
    assert len(table(exported(client, query="?q=accueil"))) == 1
    assert client.get(f"{EXPORT}?kind__exact=poster").context["count"] == 1
    assert client.get(f"{LIST}?kind__exact=poster").content.decode().count("/export/?kind__exact=poster") == 1


def test_an_export_costs_the_same_number_of_queries_however_long(client, staff, guide):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            exported(client)
        return len(captured)

    make(Publication, superseded_by=guide, fr={"title": "Ancien"}).themes.set(guide.themes.all())
    queries()
    one = queries()
    for number in range(5):
        make(Publication, superseded_by=guide, fr={"title": f"Ancien {number}"}).themes.set(guide.themes.all())
    assert queries() == one


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'="])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_text_that_looks_like_a_formula_is_none_in_the_file(client, staff, start, kind):
    title = f"{start}cmd|' /C calc'!A0"
    made = make(Publication, fr={"title": title}, nl=None)
    data = exported(client, kind)
    if kind == "csv":
        (row,) = table(data)
        assert row["title_fr"] == f"'{title}"
    else:
        sheet = load_workbook(io.BytesIO(data)).active
        cell = next(cell for cell in sheet[2] if cell.value and "cmd" in str(cell.value))
        assert (cell.data_type, cell.number_format) == ("s", "@")
        assert cell.value.startswith("'")
    response = preview(client, data, f"a.{kind}")
    assert not changes(response)
    assert Publication.objects.get().pk == made.pk


@pytest.mark.parametrize("text", ["", "plain", "'t Huis", "'", "''=1", "=1", "a=1", "'-"])
def test_what_is_made_safe_is_read_back_as_it_was(text):
    assert bare(safe_cell(text)) == text


def test_a_text_too_long_for_excel_is_not_cut_but_refused(client, staff, guide):
    row = guide.translations.get(language_code="fr")
    PublicationTranslation.objects.filter(pk=row.pk).update(text=f"<p>{'mot ' * 9000}</p>")
    response = client.get(f"{EXPORT}xlsx/", follow=True)
    assert response.redirect_chain[0][0].startswith(EXPORT)
    assert "text_fr" in response.content.decode()
    assert len(table(exported(client))[0]["text_fr"]) > 32_767
    assert not changes(preview(client, exported(client)))


def test_a_control_character_in_a_text_breaks_no_export(client, staff, guide):
    PublicationTranslation.objects.filter(language_code="nl").update(title="Opvang\x0bgids")
    for kind in ("csv", "xlsx"):
        assert not changes(preview(client, exported(client, kind)))


# --- Round trip ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_that_nobody_changed_changes_nothing(client, staff, guide, poster, kind):
    make(Publication, superseded_by=guide, published_on="2001", fr=None, nl={"title": "Oud"})
    response = preview(client, exported(client, kind), f"liste.{kind}")
    assert response.context["plan"].same_count == 3
    assert response.context["confirm"] is None
    assert response.context["row_reasons"] == []
    assert "il n’y a rien à importer" in response.content.decode()


def test_a_file_of_the_sample_content_changes_nothing(client, staff, sample):
    count = Publication.objects.count()
    for kind in ("csv", "xlsx"):
        response = preview(client, exported(client, kind))
        assert (response.context["row_reasons"], changes(response)) == ([], {})
        assert response.context["plan"].same_count == count


@pytest.mark.parametrize(
    "form",
    [
        {"delimiter": ","},
        {"delimiter": "\t"},
        {"encoding": "utf-8"},
        {"encoding": "utf-16"},
        {"encoding": "cp1252"},
    ],
    ids=str,
)
def test_what_programs_write_as_csv_is_read(client, staff, guide, form):
    rows = table(exported(client))
    rows[0]["title_nl"] = "Opvanggids voor België"
    response = preview(client, as_csv(rows, **form))
    assert list(changes(response)["Guide de l’accueil"]) == ["title_nl"]


def test_letters_that_an_old_encoding_lost_are_not_taken_over(client, staff):
    make(Publication, kind="guide", fr={"title": "دليل الاستقبال", "subtitle": "Un"}, nl=None)
    rows = table(exported(client))
    rows[0]["subtitle_fr"] = "Deux"
    text = as_csv(rows, encoding="utf-8").decode()
    response = preview(client, text.encode("cp1252", "replace"))
    assert list(changes(response)["دليل الاستقبال"]) == ["subtitle_fr"]
    assert response.context["plan"].has_lost_letters


def test_excel_may_name_the_separator_and_add_blank_rows_and_columns(client, staff, guide):
    rows = table(exported(client))
    rows[0]["title_nl"] = "Nieuw"
    text = as_csv(rows, encoding="utf-8").decode().replace("\r\n", ";;\r\n")
    response = preview(client, f"sep=;\r\n{text};;;\r\n\r\n".encode())
    assert list(changes(response)["Guide de l’accueil"]) == ["title_nl"]


def test_what_excel_makes_of_dates_and_numbers_is_understood(client, staff, guide):
    import datetime

    row = {
        "key": str(guide.key),
        "published_on": datetime.datetime(2020, 5, 3),
        "law_as_of": 2021,
        "legal_deposit": 5.0,
    }
    run(client, as_xlsx([{**row, "under_revision": False, "no_longer_valid": True}]), "a.xlsx")
    guide.refresh_from_db()
    assert (guide.published_on, guide.law_as_of, guide.legal_deposit) == ("2020-05-03", "2021", "5")
    assert (guide.under_revision, guide.no_longer_valid) == (False, True)


# --- Import ----------------------------------------------------------------------------------------------------


def test_a_changed_dutch_title_changes_the_dutch_title_only(client, staff, guide, poster):
    before = PublicationTranslation.objects.get(master=guide, language_code="fr")
    rows = table(exported(client))
    row = next(row for row in rows if row["key"] == str(guide.key))
    row["title_nl"] = "Opvanggids 2026"
    response = preview(client, rows)
    assert changes(response) == {"Guide de l’accueil": {"title_nl": "Opvanggids<ins> 2026</ins>"}}
    run(client, rows)
    assert PublicationTranslation.objects.get(master=guide, language_code="nl").title == "Opvanggids 2026"
    after = PublicationTranslation.objects.get(master=guide, language_code="fr")
    for column in ("title", "text", "slug", "changed_at", "fingerprint", "publish_from"):
        assert getattr(after, column) == getattr(before, column)
    assert list(Publication.objects.get(pk=guide.pk).themes.all()) == list(guide.themes.all())
    assert not history.versions_of(poster).exists(), "what did not change was not saved"


def test_facts_are_changed(client, staff, guide, poster):
    theme = make_theme(fr={"title": "Santé", "slug": "sante"}, nl={"title": "Gezondheid", "slug": "gezondheid"})
    row = {
        "key": str(guide.key).upper(),
        "kind": "Recommendation",
        "level": "federal",
        "outcome": "adopted",
        "outcome_on": "12/2020",
        "published_on": "1.5.2019",
        "law_as_of": "",
        "under_revision": "non",
        "no_longer_valid": "Ja",
        "superseded_by": str(poster.key),
        "responsible_editor": "  Nouvelle   personne ",
        "themes": "gezondheid|logement|sante",
    }
    run(client, [row])
    guide = Publication.objects.get(pk=guide.pk)
    assert (guide.kind, guide.level, guide.outcome) == ("recommendation", "federal", "adopted")
    assert (guide.outcome_on, guide.published_on, guide.law_as_of) == ("2020-12", "2019-05-01", "")
    assert (guide.under_revision, guide.no_longer_valid, guide.superseded_by) == (False, True, poster)
    assert guide.responsible_editor == "Nouvelle personne"
    assert set(guide.themes.all()) == {theme, *guide.themes.filter(translations__slug="logement")}
    assert guide.themes.count() == 2
    assert guide.legal_deposit == "D/2018/1234", "what has no column stays"


def test_a_row_without_key_is_a_new_draft(client, staff, theme):
    row = {"key": "", "kind": "brochure", "title_nl": "Nieuw", "text_nl": "Een zin.\n\n<b>", "themes": "logement"}
    row["text_nl"] = "Een zin & meer.\n\nNog een."
    response = preview(client, [row])
    assert Publication.objects.count() == 0
    assert list(changes(response)) == ["Nieuw"]
    run(client, [row])
    publication = Publication.objects.get()
    assert publication.themes.get() == theme
    (text,) = publication.translations.all()
    assert (text.language_code, text.title, text.slug, text.state) == ("nl", "Nieuw", "nieuw", "draft")
    assert text.text == text.text_html == "<p>Een zin &amp; meer.</p>\n\n<p>Nog een.</p>"
    assert client.get("/nl/publicaties/nieuw/").status_code == 404


def test_two_new_publications_with_one_title_get_two_addresses(client, staff):
    run(client, [{"key": "", "kind": "guide", "title_fr": "Même titre"}] * 2)
    assert sorted(row.slug for row in PublicationTranslation.objects.all()) == ["meme-titre", "meme-titre-2"]


def test_an_import_never_publishes_and_never_hides(client, staff, guide):
    rows = table(exported(client))
    rows[0].update(state_fr="draft", state_nl="published", title_fr="Autre", title_nl="Ander")
    new = dict.fromkeys(rows[0], "") | {"kind": "guide", "title_fr": "Neuf", "state_fr": "published"}
    response = preview(client, [*rows, new])
    assert not {"state_fr", "state_nl"} & set(changes(response)["Autre"])
    run(client, [*rows, new])
    states = {row.title: str(row.state) for row in PublicationTranslation.objects.all()}
    assert states == {"Autre": "published", "Ander": "draft", "Neuf": "draft"}


def test_a_text_is_cleaned_on_its_way_in(client, staff, guide):
    row = {
        "key": str(guide.key),
        "text_fr": '<p onclick="x()">Bon<script>alert(1)</script></p>',
        "title_fr": "<b>T</b>",
    }
    response = preview(client, [row])
    assert "script" not in changes(response)["<b>T</b>"]["text_fr"]
    assert "<b>" not in changes(response)["<b>T</b>"]["title_fr"], "shown as words, not as mark-up"
    run(client, [row])
    assert PublicationTranslation.objects.get(master=guide, language_code="fr").text == "<p>Bon</p>"


def test_a_blank_cell_empties_a_text_but_never_an_address(client, staff, guide):
    run(client, [{"key": str(guide.key), "slug_fr": "", "subtitle_fr": "", "text_fr": "", "title_nl": "Gids"}])
    row = PublicationTranslation.objects.get(master=guide, language_code="fr")
    assert (row.slug, row.subtitle, row.text) == ("guide-de-l-accueil", "", "")


def test_an_import_is_one_version_of_each_publication_by_this_person(client, staff, guide, theme):
    rows = table(exported(client))
    rows[0].update(title_nl="Ander", themes="")
    new = dict.fromkeys(rows[0], "") | {"kind": "guide", "title_fr": "Neuf", "themes": "logement"}
    run(client, [*rows, new], name="liste\x07 à importer.csv")
    (revision,) = Revision.objects.all()
    assert revision.user == staff
    assert "liste à importer.csv" in revision.get_comment()
    version = history.versions_of(guide).get()
    assert history.texts_in(version)["nl"]["title"] == "Ander"
    assert version.field_dict["themes"] == []
    made = Publication.objects.exclude(pk=guide.pk).get()
    assert history.versions_of(made).get().field_dict["themes"] == [theme.pk]
    assert sorted(LogEntry.objects.values_list("object_id", "action_flag")) == sorted(
        [(str(guide.pk), 2), (str(made.pk), 1)]
    )


def test_an_import_can_be_undone_from_the_history(client, staff, guide):
    run(client, [{"key": str(guide.key), "title_nl": "Eerst"}])
    run(client, [{"key": str(guide.key), "title_nl": "Dan", "text_nl": "Veel."}])
    history.restore(history.versions_of(guide).last())
    assert PublicationTranslation.objects.get(master=guide, language_code="nl").title == "Eerst"


def test_the_success_is_told(client, staff, guide):
    new = {"key": "", "kind": "guide", "title_fr": "Neuf"}
    response = confirm(client, preview(client, as_csv([{**new, "key": str(guide.key), "title_fr": "A"}, new])))
    page = client.get(response.url).content.decode()
    assert "1 nouvelle publication, 1 modifiée" in page


# --- The preview -----------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing_and_queues_nothing(
    client, staff, guide, poster, settings, django_capture_on_commit_callbacks
):
    guide.editions.create(languages=["fr"], title="Guide", pdf="missing.pdf")
    before = everything()
    rows = table(exported(client))
    for number, row in enumerate(rows):
        row.update(title_fr=f"Titre {number}", text_fr="<p>Neuf.</p>", themes="", summary_nl="Nieuw.", title_nl="Nieuw")
    rows.append(dict.fromkeys(rows[0], "") | {"kind": "guide", "title_fr": "Neuf"})
    with django_capture_on_commit_callbacks() as callbacks, CaptureQueriesContext(connection) as queries:
        response = preview(client, rows)
    assert response.context["confirm"] is not None
    assert callbacks == []
    writing = re.compile(r"^(INSERT|UPDATE|DELETE)", re.IGNORECASE)
    assert [query["sql"] for query in queries if writing.match(query["sql"])] == []
    assert everything() == before
    assert not DBTaskResult.objects.exists()
    assert not settings.MEDIA_ROOT.exists() or not list(settings.MEDIA_ROOT.rglob("*"))
    assert "Titre 0" not in client.get(LIST).content.decode()
    assert Publication.objects.get(pk=guide.pk).translations.get(language_code="fr").title == "Guide de l’accueil"


def test_a_preview_says_what_readers_see_at_once(client, staff, guide):
    def marked(**cells):
        (row,) = preview(client, [{"key": str(guide.key), **cells}]).context["rows"]
        return row["is_public"]

    assert marked(title_fr="Autre")
    assert marked(legal_deposit="D")
    assert not marked(title_nl="Ander")


def test_what_somebody_changed_after_the_preview_is_shown_before_it_is_overwritten(client, staff, guide):
    row = {"key": str(guide.key), "title_nl": "Van mij"}
    response = preview(client, [row])
    PublicationTranslation.objects.filter(master=guide, language_code="nl").update(title="Van haar")
    again = confirm(client, response)
    assert again.status_code == 200
    assert again.context["changed_meanwhile"]
    assert "haar" in changes(again)["Guide de l’accueil"]["title_nl"]
    assert PublicationTranslation.objects.get(master=guide, language_code="nl").title == "Van haar"
    assert confirm(client, again).status_code == 302


def test_the_same_form_sent_twice_adds_once(client, staff):
    response = preview(client, [{"key": "", "kind": "guide", "title_fr": "Neuf"}])
    assert confirm(client, response).status_code == 302
    again = confirm(client, response)
    assert again.context["changed_meanwhile"]
    assert again.context["rows"][0]["twin"]
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("held", ["", "abc", "é", "AAAA", "eJw="])
def test_a_preview_that_came_back_broken_is_refused_in_words(client, staff, held):
    response = client.post(IMPORT, {"held": held, "digest": "x", "name": "a"})
    assert response.status_code == 200
    assert response.context["reasons"]


def test_an_import_that_fails_at_the_end_leaves_nothing(client, staff, guide, monkeypatch):
    rows = table(exported(client))
    rows[0]["title_nl"] = "Ander"
    rows.append(dict.fromkeys(rows[0], "") | {"kind": "guide", "title_fr": "Neuf"})
    response = preview(client, rows)
    before = everything()
    save = PublicationResource.save_instance

    def fail_late(self, instance, is_create, row, **kwargs):
        save(self, instance, is_create, row, **kwargs)
        if is_create and not kwargs["dry_run"]:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(PublicationResource, "save_instance", fail_late)
    failed = confirm(client, response)
    assert [number for number, _column, _words in reasons(failed)] == [3]
    assert "disk" not in failed.content.decode()
    assert everything() == before


# --- Bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"published_on": "31/02/2020"}, "published_on", "31/02/2020"),
        ({"published_on": "déc-18"}, "published_on", "déc-18"),
        ({"kind": "livre"}, "kind", "brochure, guide"),
        ({"kind": ""}, "kind", ""),
        ({"under_revision": "peut-être"}, "under_revision", "yes"),
        ({"superseded_by": "abc"}, "superseded_by", "abc"),
        ({"superseded_by": "00000000-0000-4000-8000-000000000000"}, "superseded_by", "0000"),
        ({"themes": "logement | nulle-part"}, "themes", "nulle-part"),
        ({"title_fr": ""}, "title_fr", ""),
        ({"title_fr": "x" * 201}, "title_fr", "200"),
        ({"summary_nl": "x" * 401}, "summary_nl", "400"),
        ({"slug_nl": "affiche"}, "slug_nl", "affiche"),
        ({"slug_nl": "pas une adresse"}, "slug_nl", ""),
        ({"level": "federal"}, "__all__", ""),
        ({"outcome": "perdu"}, "outcome", "adopted"),
        ({"title_nl": "Op\x00vang"}, "title_nl", ""),
        ({"text_nl": "Op\x07vang"}, "text_nl", ""),
        ({"legal_deposit": "x" * 61}, "legal_deposit", "60"),
        ({"key": "abc"}, "key", "abc"),
        ({"key": "00000000-0000-4000-8000-000000000000"}, "key", "0000"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_the_reason(client, staff, guide, poster, cells, column, words):
    fine = {"key": str(poster.key), **{name: getattr(poster, name, "") for name in cells if name == "kind"}}
    row = {"key": str(guide.key), **cells}
    rows = [{name: fine.get(name, "") for name in [*row, "series_fr"]} | {"series_fr": "Neuve"}, row]
    if "title_fr" in cells:
        rows[0]["title_fr"] = "Affiche"
    data = as_xlsx_raw(rows) if "\x00" in cells.get("title_nl", "") else as_csv(rows)
    before = everything()
    response = preview(client, data)
    if data[:2] == b"PK":  # no XML holds a NUL
        assert response.context["reasons"]
    else:
        ((number, named, reason),) = reasons(response)
        assert (number, named) == (3, column.replace("__all__", ""))
        assert reason and words in reason
        assert str(reason) in response.content.decode().replace("&#x27;", "'").replace("&amp;", "&")
    assert everything() == before


def as_xlsx_raw(rows):
    """An Excel file whose XML holds characters that XML may not hold."""
    data = as_xlsx([{name: str(value).replace("\x00", "NUL") for name, value in row.items()} for row in rows])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member).replace(b"NUL", b"\x00"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"key": "", "kind": "guide"}], [(2, "title_fr, title_nl")]),
        ([{"key": "", "title_fr": "Neuf"}], [(2, "kind")]),
        ([{"key": "", "kind": "guide", "summary_nl": "Zonder titel"}], [(2, "title_nl")]),
        ([{"key": "", "kind": "guide", "title_fr": "A", "slug_fr": "a"}] * 2, [(3, "slug_fr")]),
        (
            [
                {"key": "", "kind": "guide", "title_fr": "A", "slug_fr": "a", "slug_nl": "", "title_nl": ""},
                {"key": "", "kind": "guide", "title_fr": "", "slug_fr": "", "slug_nl": "a", "title_nl": "B"},
            ],
            [(3, "slug_nl")],
        ),
        ([{"key": "", "kind": "guide", "title_fr": "A", "campaign_from": "2020"}], [(2, "")]),
        (
            [{"key": "", "kind": "campaign", "title_fr": "A", "campaign_from": "2020", "campaign_until": "2019"}],
            [(2, "")],
        ),
    ],
)
def test_a_wrong_new_row_is_refused(client, staff, rows, expected):
    assert [(number, column) for number, column, _words in reasons(preview(client, rows))] == expected


def test_a_key_that_is_there_twice_is_refused(client, staff, guide):
    rows = [{"key": str(guide.key), "title_nl": "Een"}, {"key": str(guide.key).upper(), "title_nl": "Twee"}]
    ((number, column, words),) = reasons(preview(client, rows))
    assert (number, column) == (3, "key")
    assert "2" in words


def test_a_circle_that_only_the_file_makes_is_refused(client, staff, guide, poster):
    third = make(Publication, superseded_by=poster)
    rows = [
        {"key": str(guide.key), "superseded_by": str(third.key)},
        {"key": str(poster.key), "superseded_by": str(guide.key)},
    ]
    found = reasons(preview(client, rows))
    assert {column for _number, column, _words in found} == {"superseded_by"}
    assert {number for number, _column, _words in found} == {2, 3}


def test_one_wrong_row_stops_the_whole_file(client, staff, guide, poster):
    rows = [{"key": str(guide.key), "title_nl": "Goed"}, {"key": str(poster.key), "title_nl": "x" * 300}]
    response = preview(client, rows)
    assert reasons(response)
    plan = PublicationResource()  # and the resource alone is as strict
    from tablib import Dataset

    dataset = Dataset(*[list(row.values()) for row in rows], headers=list(rows[0]))
    plan.import_data(dataset, dry_run=False, rollback_on_validation_errors=True)
    assert PublicationTranslation.objects.get(master=guide, language_code="nl").title == "Opvanggids"


def test_a_new_publication_needs_the_right_to_add(client, guide):
    user = make_staff("Editors")
    group = user.groups.get()
    group.permissions.remove(group.permissions.get(codename="add_publication"))
    client.force_login(user)
    rows = [{"key": "", "kind": "guide", "title_nl": "N"}, {"key": str(guide.key), "kind": "guide", "title_nl": "M"}]
    assert [(number, column) for number, column, _words in reasons(preview(client, rows))] == [(2, "key")]


XLSX = as_xlsx([{"key": "", "kind": "guide", "title_fr": "A"}])


def repacked(replace):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, replace(member.filename, old.read(member)))
    return out.getvalue()


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ""),
        (b"\n\n", ""),
        (b"key;kind;title_fr\n", "sous"),
        (b"kind;title_fr\nguide;A\n", "«\xa0key\xa0»"),
        (b"key;kind;titre\n;guide;A\n", "«\xa0titre\xa0»"),
        (b"key;kind;kind\n;guide;guide\n", "«\xa0kind\xa0»"),
        (b"key;kind;title_fr\n;guide;A;de trop\n", "2"),
        (b"key;;title_fr\n;guide;A\n", "guide"),
        (b'key;kind;title_fr\n;guide;"A\n', "2"),
        (b'key;kind;title_fr\n;guide;"A"b\n', "2"),
        (b"key;kind\n\x00;guide\n", ""),
        (b"\xff\xfek\x00e", ""),
        (b"\x81\x8d\x8f", ""),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, ""),
        (b"%PDF-1.7\n%\xe2\xe3\n", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, ".xlsx"),
        (b"PK\x03\x04 not a zip", ".xlsx"),
        (XLSX[: len(XLSX) // 2], ".xlsx"),
        (repacked(lambda name, text: b"" if name.endswith("sheet1.xml") else text), ".xlsx"),
        (repacked(lambda name, text: BOMB + text if name.endswith("sheet1.xml") else text), ".xlsx"),
        (repacked(lambda name, text: text + b" " * 50_000_000 if name.endswith("app.xml") else text), ""),
        (b"key;kind;title_fr\n" + b";guide;A\n" * 2001, "2"),
        (b"key;text_fr\n" + b";" + b"x" * 3 * 1024 * 1024, "3"),
        (b"key;" + b"x;" * 5000 + b"\n1", "«\xa0x\xa0»"),
    ],
    ids=range(24),
)
def test_a_file_that_is_no_list_of_publications_is_refused_in_words(client, staff, data, words):
    response = preview(client, data) if data else client.post(IMPORT, {"file": SimpleUploadedFile("a.csv", b"")})
    assert response.context["plan"] is None
    told = " ".join(map(str, response.context["reasons"]))
    assert told
    assert words in told
    assert Publication.objects.count() == 0


def test_no_file_at_all_is_said(client, staff):
    response = client.post(IMPORT)
    assert response.status_code == 200
    assert response.context["reasons"]


def test_two_thousand_rows_are_taken(staff):
    data = b"key;kind;title_fr\n" + b";guide;A\n" * 2000
    sheet = read_sheet(data, list(PublicationResource().fields), required="key")
    assert (len(sheet.rows), sheet.numbers[0], sheet.numbers[-1]) == (2000, 2, 2001)


# --- Who may, and how it looks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "languages", "may_import", "may_export"),
    [
        (["Editors"], ["fr", "nl"], True, True),
        (["Publishers"], ["fr", "nl"], True, True),
        (["Editors"], ["fr"], False, True),
        (["Editors"], [], False, True),
        (["Translators"], ["fr", "nl"], False, True),
        ([], ["fr", "nl"], False, False),
    ],
)
def test_who_may_import_and_export(client, guide, groups, languages, may_import, may_export):
    client.force_login(make_staff(*groups, languages=languages))
    page = client.get(LIST)
    assert page.status_code == (200 if may_export else 403)
    if may_export:
        assert (IMPORT in page.content.decode()) == may_import
        assert EXPORT in page.content.decode()
    for address in (EXPORT, f"{EXPORT}csv/", f"{EXPORT}xlsx/"):
        assert client.get(address).status_code == (200 if may_export else 403)
    assert client.get(IMPORT).status_code == (200 if may_import else 403)
    rows = as_csv([{"key": str(guide.key), "title_nl": "Ander"}])
    assert client.post(IMPORT, {"file": SimpleUploadedFile("a.csv", rows)}).status_code == (200 if may_import else 403)
    assert client.post(IMPORT, {"held": "x", "digest": "x"}).status_code == (200 if may_import else 403)


@pytest.mark.parametrize("address", [IMPORT, EXPORT, f"{EXPORT}csv/"])
def test_strangers_are_sent_to_the_login(client, guide, address):
    assert client.get(address).url.startswith("/admin/login/")


def test_an_export_of_something_else_does_not_exist(client, staff):
    assert client.get(f"{EXPORT}ods/").status_code == 404
    assert client.get(f"{EXPORT}csv/?nonsense__x=1").status_code in {302, 400}
    assert client.get(f"{EXPORT}?page=x&p=99999").status_code in {200, 302}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Importer", "Montrer ce qui changerait", "Exporter", "Lignes"]),
        ("nl", ["Importeren", "Tonen wat zou veranderen", "Exporteren", "Rij"]),
    ],
)
def test_the_pages_speak_the_language_of_the_person_and_keep_to_the_policy(client, guide, language, words):
    client.force_login(make_staff("Editors", language=language))
    wrong = [{"key": str(guide.key), "published_on": "hier", "title_nl": "Ander"}]
    pages = [
        client.get(LIST),
        client.get(IMPORT),
        client.get(EXPORT),
        preview(client, wrong),
        preview(client, [{"key": str(guide.key), "title_nl": "Ander"}]),
        preview(client, b"key;x\n1;1"),
    ]
    together = " ".join(page.content.decode() for page in pages)
    for page in pages:
        assert not STRAY.search(page.content.decode())
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "style-src 'self' 'sha256-" in policy
    for word in words[:3]:
        assert word in together
    for english in ("Nothing was imported", "What changes", "The columns", "Show what would change", "is not a date"):
        assert english not in together
