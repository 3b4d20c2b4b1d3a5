"""Files of editions: read by a task, shown with what went wrong, hidden with their publication, cleaned up after."""

import datetime
import io
import os
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image
from reversion.models import Revision

from content.history import restore
from content.saving import save_content
from publications import pdf
from publications.files import read_edition, read_file
from publications.models import Edition, FileState, Publication
from tests.admin.desk import Form, change_url, keep_version, signed_in
from tests.makers import make_edition, make_network, make_picture, make_publication, make_staff, write
from tests.publications import files

pytestmark = pytest.mark.django_db

HIDDEN = ("draft", "scheduled", "withdrawn")


def run(command, *args):
    """Run a command and return what it says."""
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def upload(publication, data, **columns):
    """Give a publication an edition with this PDF, not read yet."""
    edition = Edition(publication=publication, languages=["fr"], title="Guide", **columns)
    edition.pdf = ContentFile(data, name="x.pdf")
    edition.save()
    return edition


def again(edition):
    return Edition.objects.get(pk=edition.pk)


def stem(name):
    return Path(name).stem


def files_of(publication):
    """The names of all files that are kept for a publication."""
    folder = default_storage.path(f"publications/publication/{publication.key}")
    return {path.name for path in Path(folder).iterdir()} if Path(folder).exists() else set()


@pytest.fixture
def read():
    """A publication with one edition whose PDF has been read: two pages."""
    edition = upload(make_publication(), files.good_pdf("Bonjour", "Deuxième page"))
    read_file(edition)
    return again(edition)


# --- What readers can fetch ----------------------------------------------------------------------------------------


@pytest.fixture
def with_files():
    """Make a publication with a PDF and a cover, in a state; return the addresses of all its files."""

    def case(state):
        publication = make_publication(
            fr={"state": state}, nl={"state": state}, editions=[{"read": {}, "cover": make_picture(60, 80)}]
        )
        edition = publication.editions.get()
        base = edition.pdf.url.rpartition("/")[0]
        names = files_of(publication)
        assert {Path(name).suffix for name in names} == {".pdf", ".png", ".avif", ".webp"}
        return publication, [f"{base}/{name}" for name in names]

    return case


@pytest.mark.parametrize("state", HIDDEN)
def test_the_pdf_and_the_cover_of_something_hidden_are_not_found(client, with_files, state):
    _publication, addresses = with_files(state)
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 404
        assert "no-store" in response.headers["Cache-Control"]


def test_what_is_public_is_served_with_the_right_type_and_nothing_guesses_another(client, with_files):
    types = {".pdf": "application/pdf", ".png": "image/png", ".avif": "image/avif", ".webp": "image/webp"}
    _publication, addresses = with_files("published")
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == types[Path(address).suffix]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "public" in response.headers["Cache-Control"]
        assert not response.cookies
        etag = response.headers["ETag"]
        assert client.get(address, headers={"if-none-match": etag}).status_code == 304


def test_the_files_follow_the_publication_when_it_appears_and_goes(client, with_files):
    publication, addresses = with_files("draft")
    write(publication, "nl", state="published")
    assert {client.get(address).status_code for address in addresses} == {200}
    write(publication, "nl", state="withdrawn")
    assert {client.get(address).status_code for address in addresses} == {404}


def test_staff_may_see_the_files_of_a_draft_and_no_cache_keeps_them(client, with_files):
    _publication, addresses = with_files("draft")
    client.force_login(make_staff("Translators"))
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
    client.force_login(make_staff())
    assert {client.get(address).status_code for address in addresses} == {404}


def test_the_files_of_a_publication_are_found_below_it_only(client, with_files):
    publication, addresses = with_files("published")
    draft, _hidden = with_files("draft")
    other = make_network()
    for address in addresses:
        for wrong in (
            address.replace(str(publication.key), str(draft.key)),
            address.replace(f"publications/publication/{publication.key}", f"networks/network/{other.key}"),
            address.replace("/publications/publication/", "/publications/edition/"),
            address.replace(".pdf", ".html").replace(".png", ".svg").replace(".avif", ".js").replace(".webp", ".PDF"),
        ):
            assert client.get(wrong).status_code == 404, wrong


# --- Reading by the task -------------------------------------------------------------------------------------------


def test_a_new_file_waits_and_the_task_reads_it(django_capture_on_commit_callbacks):
    publication = make_publication()
    edition = upload(publication, files.good_pdf("Bonjour", "Deuxième page"))
    assert again(edition).file_state == FileState.WAITING
    with django_capture_on_commit_callbacks(execute=True):
        save_content(publication)
    (job,) = DBTaskResult.objects.all()
    assert (job.task_name, job.args_kwargs["args"]) == ("read_edition", [edition.pk])
    job.task.call(*job.args_kwargs["args"])
    found = again(edition)
    assert found.file_state == FileState.READY
    assert found.pdf_pages == found.page_count == 2
    assert found.pdf_bytes == Path(found.pdf.path).stat().st_size
    assert "Bonjour" in found.pdf_text
    assert "Deuxième page" in found.pdf_text
    assert found.cover_from_pdf
    cover = Image.open(found.cover.path)
    assert cover.size == (found.cover_width, found.cover_height)
    assert found.cover_height > found.cover_width > 300
    # The pictures of a list are there at once.
    stems = {stem(name).split("-")[0] for name in files_of(publication) if name.endswith((".avif", ".webp"))}
    assert stems == {stem(found.cover.name)}


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_was_queued():
    edition = upload(make_publication(), files.good_pdf())
    save_content(edition.publication)
    call_command("db_worker", batch=True, no_reload=True, startup_delay=False, verbosity=0)
    assert again(edition).file_state == FileState.READY
    assert DBTaskResult.objects.successful().count() == 1


def test_a_file_that_has_been_read_is_not_queued_or_read_again(read, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("publications.files.read_pdf", lambda file: pytest.fail("read again"))
    with django_capture_on_commit_callbacks(execute=True):
        save_content(read.publication)
    assert not DBTaskResult.objects.exists()
    read_edition.call(read.pk)  # a task that was queued twice


def test_a_task_for_an_edition_that_has_gone_does_nothing():
    read_edition.call(999_999)


def test_a_file_that_was_replaced_is_read_again_with_its_cover(read, django_capture_on_commit_callbacks):
    before = (read.pdf.name, read.cover.name)
    read.pdf = ContentFile(files.good_pdf("Autre", "deux", "trois"), name="y.pdf")
    read.save()
    waiting = again(read)
    assert waiting.file_state == FileState.WAITING
    assert waiting.pdf.name != before[0]
    with django_capture_on_commit_callbacks(execute=True):
        save_content(read.publication)
    assert DBTaskResult.objects.count() == 1
    read_edition.call(read.pk)
    found = again(read)
    assert (found.file_state, found.pdf_pages) == (FileState.READY, 3)
    assert "Autre" in found.pdf_text
    assert "Bonjour" not in found.pdf_text
    assert found.cover.name != before[1]


def test_a_file_replaced_while_the_task_reads_keeps_nothing_of_the_old_one(read, monkeypatch):
    edition = upload(make_publication(), files.good_pdf("Ancien"))
    newer = files.good_pdf("Nouveau", "deux")

    def replaced_meanwhile(file):
        contents = pdf.read_pdf(file)
        other = again(edition)
        other.pdf = ContentFile(newer, name="z.pdf")
        other.save()
        return contents

    monkeypatch.setattr("publications.files.read_pdf", replaced_meanwhile)
    read_file(edition)
    found = again(edition)
    assert found.file_state == FileState.WAITING
    assert (found.pdf_pages, found.pdf_text, bool(found.cover)) == (None, "", False)


# --- Covers --------------------------------------------------------------------------------------------------------


def test_an_own_cover_is_kept():
    edition = upload(make_publication(), files.good_pdf(), cover=make_picture(300, 400, color="red"))
    own = edition.cover.name
    read_file(edition)
    assert again(edition).cover.name == own
    assert not again(edition).cover_from_pdf


def test_a_cover_given_after_the_first_page_was_taken_is_kept_when_the_file_is_replaced(read):
    assert read.cover_from_pdf
    read.cover = make_picture(300, 400, color="red")
    read.save()
    own = read.cover.name
    read.pdf = ContentFile(files.good_pdf("Autre"), name="y.pdf")
    read.save()
    read_file(read)
    assert again(read).cover.name == own
    assert not again(read).cover_from_pdf


def test_a_cover_that_was_taken_away_makes_room_for_the_first_page_again(read):
    read.cover = make_picture(300, 400, color="red")
    read.save()
    read.cover = ""
    read.save()
    assert again(read).file_state == FileState.WAITING
    read_file(read)
    assert again(read).cover
    assert again(read).cover_from_pdf


def test_the_point_of_focus_decides_what_a_small_cover_shows():
    picture = Image.new("RGB", (900, 400), "white")
    picture.paste("red", (0, 0, 300, 400))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    publication = make_publication()
    names = set()
    for language, focus_x, expected in (("fr", 0, "red"), ("nl", 100, "white")):
        cover = SimpleUploadedFile("x.png", buffer.getvalue())
        edition = make_edition(publication, [language], cover=cover, focus_x=focus_x)
        source = edition.cover_picture.webp_src
        names.add(source)
        with Image.open(Path(edition.cover.path).parent / source.rpartition("/")[2]) as small:
            red, green, _blue = small.convert("RGB").getpixel((small.width // 2, small.height // 2))
            assert (small.width, small.height) == (300, 400)
        assert (red > 200 and green < 90) == (expected == "red")
    assert len(names) == 2


def test_a_photograph_as_cover_keeps_no_place():
    cover = SimpleUploadedFile("x.jpg", files.jpeg_with_place())
    edition = make_edition(make_publication(), cover=cover)
    for name in files_of(edition.publication):
        data = (Path(edition.cover.path).parent / name).read_bytes()
        assert b"Secret Camera" not in data
        assert b"Exif" not in data


# --- What goes wrong -----------------------------------------------------------------------------------------------


def broken_file(publication):
    """An edition whose file got broken after it had been taken."""
    edition = upload(publication, files.good_pdf())
    Path(edition.pdf.path).write_bytes(files.truncated_pdf())
    return edition


def test_a_failure_is_kept_with_its_reason_and_told_to_staff_in_their_language():
    edition = broken_file(make_publication())
    read_file(edition)
    found = again(edition)
    assert (found.file_state, found.pdf_problem, found.pdf_pages) == (FileState.FAILED, "broken", None)
    texts = set()
    for language in ("fr", "nl"):
        staff = signed_in(make_staff("Editors", language=language))
        answer = staff.get(f"/admin/publications/publication/{edition.publication_id}/files/").json()
        assert answer[str(edition.pk)]["state"] == "failed"
        text = " ".join(answer[str(edition.pk)]["text"].split())  # a page is read so, see pages.words
        texts.add(text)
        assert text in Form(staff, change_url(edition.publication)).text
    assert all(texts)


def test_a_failure_shows_readers_the_file_without_its_facts(client):
    edition = broken_file(make_publication())
    read_file(edition)
    response = client.get(edition.publication.get_absolute_url("fr"))
    assert response.status_code == 200
    assert edition.pdf.url in response.content.decode()


def test_a_file_that_is_not_there_is_a_failure_with_a_reason_of_its_own(caplog):
    edition = upload(make_publication(), files.good_pdf())
    Path(edition.pdf.path).unlink()
    read_file(edition)
    assert again(edition).pdf_problem == "missing"
    assert "cannot be opened" in caplog.text


@pytest.mark.parametrize(
    "code",
    [
        "too_large",
        "too_many_pages",
        "too_heavy",
        "not_pdf",
        "broken",
        "encrypted",
        "active",
        "unread",
        "missing",
    ],
)
def test_every_reason_for_a_failure_has_words(code):
    assert Edition(pdf_problem=code).get_pdf_problem_display() != code


def test_the_command_reads_what_no_task_has_read_and_nothing_else(read):
    waiting = upload(make_publication(), files.good_pdf("Attend"))
    failed = broken_file(make_publication())
    read_file(failed)
    make_edition(make_publication())
    out = run("read_files")
    assert out.splitlines()[-1].startswith("1 ")
    assert again(waiting).file_state == FileState.READY
    assert again(failed).file_state == FileState.FAILED
    Path(failed.pdf.path).write_bytes(files.good_pdf("Réparé"))
    assert run("read_files").splitlines()[-1].startswith("0 ")
    run("read_files", "--failed")
    assert again(failed).file_state == FileState.READY
    assert again(failed).pdf_problem == ""
    assert again(failed).cover_picture


def test_one_hopeless_file_does_not_keep_the_command_from_the_others():
    hopeless, good = broken_file(make_publication()), upload(make_publication(), files.good_pdf())
    run("read_files")
    assert (again(hopeless).file_state, again(good).file_state) == (FileState.FAILED, FileState.READY)


# --- Cleaning up ---------------------------------------------------------------------------------------------------


def make_old():
    """Let all files and versions be from long ago."""
    long_ago = timezone.now() - datetime.timedelta(days=400)
    for path in Path(default_storage.location).rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago.timestamp(), long_ago.timestamp()))
    Revision.objects.update(date_created=long_ago)


def test_replaced_files_are_listed_by_a_dry_run_and_deleted_by_a_real_one(read):
    old = {read.pdf.name, read.cover.name}
    read.pdf = ContentFile(files.good_pdf("Autre"), name="y.pdf")
    read.save()
    read_file(read)
    kept = again(read)
    make_old()
    before = files_of(read.publication)
    out = run("clean_files", "--dry-run")
    assert files_of(read.publication) == before
    gone = {Path(name).name for name in out.splitlines()[:-1]}
    assert {Path(name).name for name in old} <= gone
    assert out.splitlines()[:-1] == run("clean_files").splitlines()[:-1]
    after = files_of(read.publication)
    assert after == before - gone
    # What is used, its smaller versions included, is still there.
    assert {Path(kept.pdf.name).name, Path(kept.cover.name).name} <= after
    assert {stem(name).split("-")[0] for name in after} == {stem(kept.pdf.name), stem(kept.cover.name)}
    assert run("clean_files").splitlines() == [run("clean_files").splitlines()[-1]]


def test_a_file_that_has_just_come_is_not_cleaned_up(read):
    default_storage.save(f"publications/publication/{read.publication.key}/0123.pdf", ContentFile(b"x"))
    before = files_of(read.publication)
    run("clean_files")
    assert files_of(read.publication) == before


def test_what_a_version_of_the_last_days_holds_is_kept_so_that_it_can_be_brought_back(read):
    keep_version(read.publication)
    old = Path(read.pdf.name).name
    read.pdf = ContentFile(files.good_pdf("Autre"), name="y.pdf")
    read.save()
    make_old()
    Revision.objects.update(date_created=timezone.now() - datetime.timedelta(days=10))
    run("clean_files")
    assert old in files_of(read.publication)
    run("clean_files", "--keep-days", "5")
    assert old not in files_of(read.publication)


def test_the_files_of_other_kinds_of_content_are_left_alone(read):
    network = make_network(logo=make_picture(60, 40))
    make_old()
    run("clean_files")
    assert Path(network.logo.path).exists()
    assert Path(read.pdf.path).exists()


def test_the_files_of_a_deleted_publication_go_once_no_version_holds_them(read):
    publication = read.publication
    keep_version(publication)
    Publication.objects.get(pk=publication.pk).delete()
    make_old()
    run("clean_files", "--keep-days", "1000")
    assert files_of(publication)
    run("clean_files")
    assert not files_of(publication)


# --- Versions ------------------------------------------------------------------------------------------------------


def test_an_old_version_comes_back_with_its_file_read_anew_and_publication_untouched(
    read, django_capture_on_commit_callbacks
):
    publication = write(read.publication, "nl", state="draft")
    version = keep_version(publication)
    name = read.pdf.name
    edition = again(read)
    edition.pdf = ContentFile(files.good_pdf("Autre", "a", "b"), name="y.pdf")
    edition.title = "Autre titre"
    edition.save()
    read_file(edition)
    make_edition(publication, ["ar"])
    publication = write(publication, "nl", state="published")
    publication = write(publication, "fr", state="withdrawn", title="Changé")
    with django_capture_on_commit_callbacks(execute=True):
        restore(version)
    found = again(read)
    assert (found.pdf.name, found.title) == (name, "Guide")
    assert found.file_state == FileState.WAITING
    assert [job.args_kwargs["args"] for job in DBTaskResult.objects.all()] == [[found.pk]]
    read_edition.call(found.pk)
    assert (again(read).file_state, again(read).pdf_pages) == (FileState.READY, 2)
    publication = Publication.objects.get(pk=publication.pk)
    assert [edition.pk for edition in publication.editions.all()] == [read.pk]
    states = {row.language_code: row.state for row in publication.translations.all()}
    assert states == {"fr": "withdrawn", "nl": "published"}


def test_a_deleted_publication_comes_back_as_a_draft_with_its_editions_and_files(read):
    publication = read.publication
    version = keep_version(publication)
    publication.delete()
    restored = restore(version)
    assert {row.state for row in restored.translations.all()} == {"draft"}
    edition = restored.editions.get()
    assert edition.pdf.name == read.pdf.name
    read_file(edition)
    assert again(edition).pdf_pages == 2


def test_a_version_whose_file_has_been_cleaned_up_comes_back_and_says_so(read):
    version = keep_version(read.publication)
    read.pdf = ContentFile(files.good_pdf("Autre"), name="y.pdf")
    read.cover = ""
    read.save()
    make_old()
    run("clean_files")
    restore(version)
    run("read_files")
    assert again(read).file_state == FileState.FAILED
    assert again(read).pdf_problem == "missing"
    assert not again(read).cover
    assert read.publication.editions.get().title == "Guide"


def test_a_version_that_would_close_a_circle_is_not_brought_back():
    newer = make_publication(fr={"title": "Nouveau"})
    old = make_publication(fr={"title": "Ancien"}, superseded_by=newer)
    version = keep_version(old)
    Publication.objects.filter(pk=old.pk).update(superseded_by=None)
    Publication.objects.filter(pk=newer.pk).update(superseded_by=old)
    with pytest.raises(ValidationError):
        restore(version)
    assert Publication.objects.get(pk=old.pk).superseded_by is None


@pytest.mark.parametrize("accepted", ["fr", "nl"])
def test_a_download_is_named_after_the_publication_in_the_language_of_the_edition(client, accepted):
    publication = make_publication(fr={"title": "Un guide"}, nl={"title": "Een gids"})
    for languages, expected in (
        (["nl"], "een-gids-nl.pdf"),
        (["ar"], "un-guide-ar.pdf"),
        (["fr", "nl"], "un-guide-fr-nl.pdf"),
    ):
        edition = make_edition(publication, languages, read={})
        response = client.get(edition.pdf.url, headers={"accept-language": accepted})
        assert f'filename="{expected}"' in response.headers["Content-Disposition"]
