"""PDFs that are sound are taken, the others refused in words; whatever a file does to its reader, the site goes on."""

import contextlib
import io
import logging
import os
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import psutil
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image

from publications import pdf, pdf_reader
from publications.sample.pdfs import make_pdf
from tests.publications import files


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path, monkeypatch):
    """Fail where a test leaves a process, an open file or a temporary file."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    this = psutil.Process()
    processes, open_files = set(this.children(recursive=True)), this.num_fds()
    yield
    assert set(this.children(recursive=True)) <= processes
    assert this.num_fds() <= open_files
    assert list(temporary.iterdir()) == []


def uploaded(data, name="brochure.pdf"):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def refusal(file):
    """Return the code with which a file is refused; the words are there, with everything filled in."""
    with pytest.raises(ValidationError) as caught:
        pdf.check_pdf(file if hasattr(file, "read") else uploaded(file))
    (sentence,) = caught.value.messages
    assert sentence.endswith(".") and "%" not in sentence
    return caught.value.code


# --- Taken -----------------------------------------------------------------------------------------------------

LONG = ["Personne ne quitte sa maison sans raison. " * 12] * 20


@pytest.mark.parametrize(
    ("data", "pages"),
    [
        pytest.param(files.good_pdf(), 1, id="small"),
        pytest.param(files.good_pdf(*"abc"), 3, id="three pages"),
        pytest.param(files.packed_pdf(), 1, id="packed objects"),
        pytest.param(files.updated_pdf(), 1, id="changed later"),
        pytest.param(make_pdf("Guide de l’accueil", LONG, language="fr"), 5, id="the samples' own"),
        pytest.param(files.pdf_with_many_pages(300), 300, id="as many pages as possible"),
        pytest.param(b"\n" + files.good_pdf(), 1, id="a blank line before"),
        # Odd, and harmless: we serve files as PDF, whatever else they would be, and their first page is drawn small.
        pytest.param(files.good_pdf()[:-6] + files.zip_named_pdf(), 1, id="a zip after"),
        pytest.param(files.pdf_with_huge_declared_stream(), 1, id="a stream that says it is 2 GB"),
        pytest.param(files.pdf_with_huge_page(), 1, id="a page of 1,000 km"),
        pytest.param(files.pdf_with_huge_page(1, 10**7), 1, id="a page thin as a thread"),
    ],
)
def test_a_sound_pdf_is_taken(data, pages):
    assert pdf.check_pdf(uploaded(data)) == pdf.PdfFacts(pages=pages, size=len(data))
    contents = pdf.read_pdf(ContentFile(data))
    assert (contents.pages, contents.size) == (pages, len(data))
    cover = Image.open(io.BytesIO(contents.cover_png))
    assert cover.size == (contents.cover_width, contents.cover_height)
    assert 0 < cover.width <= 1200 and 0 < cover.height <= 2400


def test_an_uploaded_file_is_as_it_was_after_the_check(tmp_path):
    data = files.good_pdf()
    with TemporaryUploadedFile("a.pdf", "application/pdf", len(data), None) as file:
        file.write(data)
        pdf.check_pdf(file)
        assert not file.closed
        assert file.read() == data


def test_a_pdf_is_read_from_a_path_and_from_a_file_that_is_closed_again(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(files.good_pdf("Bonjour"))
    assert pdf.read_pdf(path).text == pdf.read_pdf(str(path)).text == "Bonjour"
    with path.open("rb") as stream:
        file = File(stream, name=str(path))
    assert pdf.read_pdf(file).text == "Bonjour"
    assert file.closed


# --- What is in it ---------------------------------------------------------------------------------------------


def test_the_text_of_all_pages_is_read_with_its_accents():
    contents = pdf.read_pdf(ContentFile(files.good_pdf("Où être accueilli ?", "Geïnformeerd, één œuvre à 5 €")))
    assert contents.text == "Où être accueilli ?\nGeïnformeerd, één œuvre à 5 €"
    assert contents.text_complete


def test_the_latest_text_of_a_pdf_that_was_changed_is_read():
    assert pdf.read_pdf(ContentFile(files.updated_pdf())).text == "Ensuite"


def test_a_word_divided_at_the_end_of_a_line_is_one_word():
    page = files.line("la migra-") + b" " + files.line("tion", y=670)
    assert pdf.read_pdf(ContentFile(files.pdf_of(files.objects_of([page])))).text == "la migration"


def test_no_character_that_a_database_refuses_is_in_the_text():
    to_unicode = files.stream(
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        b"5 beginbfchar <61> <0000> <62> <0007> <63> <D800> <64> <FFFF> <65> <0041> endbfchar endcmap end"
    )
    objects = files.objects_of([files.line("abcde")])
    objects[-1] = files.FONT.replace(b">>", b"/ToUnicode 6 0 R >>")
    text = pdf.read_pdf(ContentFile(files.pdf_of([*objects, to_unicode]))).text
    assert "A" in text
    assert not set(text) - set("abcdA\n")
    assert pdf._clean("a\0b\x07c\ud800d\uffffe\r\nf\x85\x1b") == "abcde\nf"


def test_a_text_that_is_too_long_is_cut_and_marked(settings):
    settings.PDF_MAX_TEXT = 12
    contents = pdf.read_pdf(ContentFile(files.good_pdf("12345678", "12345678", "123")))
    assert contents.text == "12345678\n123"
    assert not contents.text_complete


def test_the_time_for_the_text_is_bounded_and_what_was_read_is_kept(monkeypatch):
    monkeypatch.setattr(pdf, "TEXT_SECONDS", 0)
    contents = pdf.read_pdf(ContentFile(files.good_pdf("a", "b")))
    assert not contents.text_complete
    assert contents.cover_png


def test_the_first_page_is_the_cover_in_its_colours():
    contents = pdf.read_pdf(ContentFile(make_pdf("Lexique", [], language="fr")))
    assert (contents.cover_width, contents.cover_height) == (1200, 1699)
    cover = Image.open(io.BytesIO(contents.cover_png))
    colours = {colour for _count, colour in sorted(cover.getcolors(2**16))[-3:]}
    assert colours == {(0xF3, 0xF1, 0xE9), (0x16, 0x18, 0x1D), (0x1D, 0x34, 0xC6)}


# --- Refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bytes, "not_pdf"),
        (files.zip_named_pdf, "not_pdf"),
        (files.html_named_pdf, "not_pdf"),
        (files.html_then_pdf, "not_pdf"),
        (files.good_picture, "not_pdf"),
        (lambda: b"%PDF-", "broken"),
        (files.truncated_pdf, "broken"),
        (files.pdf_with_broken_xref, "broken"),
        (files.pdf_with_wrong_startxref, "broken"),
        (files.pdf_without_pages, "broken"),
        (files.pdf_that_claims_pages, "broken"),
        (files.pdf_with_deep_tree, "broken"),
        (files.pdf_with_endless_tree, "broken"),
        (files.encrypted_pdf, "encrypted"),
        (lambda: files.encrypted_pdf(user_password=b""), "encrypted"),
        (files.pdf_with_many_pages, "too_many_pages"),
        (files.pdf_bomb, "too_heavy"),
        (files.pdf_with_nested_forms, "too_heavy"),
    ],
)
def test_what_is_no_sound_pdf_is_refused_with_the_reason(make, code):
    assert refusal(make()) == code


@pytest.mark.parametrize("make", [files.good_pdf, files.packed_pdf], ids=["plain", "packed"])
@pytest.mark.parametrize("action", [files.SCRIPT, files.HIDDEN_SCRIPT, files.NAMED_SCRIPT, files.LAUNCH, files.XFA])
def test_a_pdf_that_runs_something_is_refused_however_it_hides_it(make, action):
    assert refusal(make(catalog=action)) == "active"


def test_a_pdf_that_writes_about_scripts_is_taken():
    assert pdf.check_pdf(uploaded(files.good_pdf("Le mot JavaScript, et même /Launch"))).pages == 1


def test_60_mb_are_refused_before_a_byte_is_read(tmp_path):
    class Unread(File):
        def read(self, *args):
            raise AssertionError("read")

    path = files.large_file(tmp_path)
    with path.open("rb") as stream:
        assert refusal(Unread(stream)) == "too_large"
    with pytest.raises(ValidationError) as caught:
        pdf.read_pdf(path)
    assert caught.value.code == "too_large"


def test_a_file_that_is_larger_than_it_says_is_refused(settings):
    settings.PDF_MAX_BYTES = 100_000
    file = ContentFile(files.good_pdf() + b" " * 200_000)
    file.size = 1000
    assert refusal(file) == "too_large"


# --- The child ends at its limits ------------------------------------------------------------------------------


def test_a_child_that_takes_too_much_memory_is_stopped_and_the_site_goes_on():
    assert refusal(files.pdf_bomb()) == "too_heavy"
    assert pdf.check_pdf(uploaded(files.good_pdf())).pages == 1


def test_the_limit_of_memory_is_what_stops_it(monkeypatch):
    assert pdf.check_pdf(uploaded(files.pdf_bomb(64 * 2**20))).pages == 1
    monkeypatch.setattr(pdf, "MEMORY", 96 * 2**20)
    assert pdf.check_pdf(uploaded(files.good_pdf())).pages == 1
    assert refusal(files.pdf_bomb(64 * 2**20)) == "too_heavy"


def test_a_child_that_computes_too_long_is_stopped_and_the_site_goes_on(monkeypatch):
    monkeypatch.setattr(pdf, "CPU_SECONDS", 1)
    monkeypatch.setattr(pdf, "SECONDS", 120)  # so it was not the clock
    begun = time.monotonic()
    assert refusal(files.pdf_that_takes_for_ever()) == "too_heavy"
    assert time.monotonic() - begun < 110
    assert pdf.check_pdf(uploaded(files.good_pdf())).pages == 1


def test_no_request_waits_longer_than_the_clock_allows(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 1)
    monkeypatch.setattr(pdf, "CPU_SECONDS", 120)  # so it was the clock
    begun = time.monotonic()
    assert refusal(files.pdf_that_takes_for_ever()) == "too_heavy"
    assert time.monotonic() - begun < 60


def test_uploads_at_the_same_time_do_not_wait_for_each_other():
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(pdf.check_pdf(uploaded(files.good_pdf())).pages)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 4


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Put a script of the test in the child's place."""

    def put(source):
        script = tmp_path / "child.py"
        script.write_text(source)
        monkeypatch.setattr(pdf, "READER", script)
        monkeypatch.setattr(pdf, "SECONDS", 2)

    return put


@pytest.mark.parametrize(
    "source",
    [
        "import time; time.sleep(60)",
        "import time, sys; sys.stdin.buffer.read(); sys.stdout.close(); time.sleep(60)",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    ],
    ids=["deaf", "mute", "stubborn"],
)
def test_a_child_that_does_not_end_is_killed(child, source):
    child(source)
    begun = time.monotonic()
    assert refusal(files.good_pdf() + b" " * 2**20) == "too_heavy"
    assert time.monotonic() - begun < 40  # it would have slept for a minute


def ends(number):
    """Return whether a process ends within a second; its new parent may not have waited for it yet."""
    for _ in range(100):
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(number).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)
                continue
        return True
    return False


def test_what_a_child_started_is_killed_with_it(child, tmp_path):
    note = tmp_path / "note"
    child(
        "import os, time, pathlib\n"
        f"if number := os.fork(): pathlib.Path({str(note)!r}).write_text(str(number))\n"
        "time.sleep(60)"
    )
    assert refusal(files.good_pdf()) == "too_heavy"
    assert ends(int(note.read_text()))


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit",
        "raise SystemExit(1)",
        "nonsense",
        "import os\nwhile True: os.write(1, b'x' * 65536)",
        "print('[' * 4000)",
        "print('{}')",
        "print('{\"refused\": [1]}')",
        'print(\'{"refused": "too_many_pages", "pages": "<b>"}\')',
        "print('{\"pages\": true}')",
        "print('{\"pages\": -1}')",
        'print(\'{"pages": 1, "text": 0, "cover": 0}\\nmore\')',
        'print(\'{"failed": "ImportError()"}\')',
    ],
)
def test_a_child_that_answers_nonsense_is_not_believed(child, source, caplog):
    child(source)
    with caplog.at_level(logging.CRITICAL):  # what is logged is looked at below
        assert refusal(files.good_pdf()) == "unread"


@pytest.mark.parametrize(
    "picture",
    [b"", b"GIF89a", pdf.PNG_START, pdf.PNG_START + b"\0\0\xff\xff\0\0\0\1rest", pdf.PNG_START + bytes(20)],
)
def test_a_picture_that_is_none_of_ours_is_not_believed(child, picture):
    facts = b'{"pages": 1, "text_complete": true, "text": 0, "cover": 1}\n'
    child(f"import os; os.write(1, {facts + picture!r})")
    with pytest.raises(ValidationError) as caught:
        pdf.read_pdf(ContentFile(files.good_pdf()))
    assert caught.value.code == "unread"


def test_a_fault_of_ours_is_logged_without_the_file_s_name(child, caplog):
    child('print(\'{"failed": "ImportError()"}\')')
    assert refusal(uploaded(files.good_pdf(), name="Jean Dupont.pdf")) == "unread"
    assert "ImportError" in caplog.text
    assert "Dupont" not in caplog.text


def test_a_child_that_cannot_be_started_is_a_fault_of_ours(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert refusal(files.good_pdf()) == "unread"


def test_the_child_can_open_nothing_and_knows_nothing(tmp_path, child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    picture = files.good_picture()
    child(
        f"""
import importlib.util, json, os, resource, socket
spec = importlib.util.spec_from_file_location("pdf_reader", {str(Path(pdf_reader.__file__))!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
def attempts(*args):
    found = {{}}
    def attempt(name, what):
        try:
            what()
            found[name] = "done"
        except (OSError, MemoryError) as error:
            found[name] = type(error).__name__
    attempt("read", lambda: open("/etc/passwd"))
    attempt("write", lambda: open({str(tmp_path / "written")!r}, "w"))
    attempt("connect", lambda: socket.socket())
    attempt("memory", lambda: bytearray(2**30))
    if os.getuid():
        attempt("start", lambda: os.fork())
    found["environment"] = [name for name in os.environ if name != "LC_CTYPE"]
    found["folder"] = os.getcwd()
    found["processes"] = resource.getrlimit(resource.RLIMIT_NPROC)
    found["writes"] = resource.getrlimit(resource.RLIMIT_FSIZE)
    return {{"pages": 1, "text_complete": True}}, json.dumps(found).encode(), {picture!r}
module.read = attempts
module.main()
"""
    )
    found = pdf.json.loads(pdf.read_pdf(ContentFile(files.good_pdf())).text)
    assert {found.pop(name) for name in ("read", "write", "connect")} == {"OSError"}
    assert found.pop("start", "BlockingIOError") == "BlockingIOError"
    assert found == {"memory": "MemoryError", "environment": [], "folder": "/", "processes": [0, 0], "writes": [0, 0]}
    assert not (tmp_path / "written").exists()


def test_the_child_loads_no_django():
    assert "django" not in Path(pdf_reader.__file__).read_text()


def test_the_site_never_holds_more_than_a_piece_of_the_file(tmp_path):
    path = tmp_path / "large.pdf"
    filler = os.urandom(2**20)
    picture = files.stream(filler * 20)
    path.write_bytes(files.pdf_of([*files.objects_of([files.line("x")]), picture]))
    tracemalloc.start()
    try:
        with path.open("rb") as stream:
            assert pdf.check_pdf(File(stream)).size > 20 * 2**20
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_the_site_never_holds_more_than_the_largest_answer(child):
    child("import os\nwhile True: os.write(1, b'x' * 65536)")
    tracemalloc.start()
    try:
        with pytest.raises(ValidationError):
            pdf.read_pdf(ContentFile(files.good_pdf()))
        most = 4 * 1_000_000 + 4 * 1200 * 2400
        assert tracemalloc.get_traced_memory()[1] < 2 * most  # an array that grows has room to spare
    finally:
        tracemalloc.stop()


# --- The samples' own PDFs -------------------------------------------------------------------------------------


def test_a_sample_pdf_names_its_title_and_language_and_is_tagged():
    data = make_pdf("Où aller ? (guide)", ["Premier.", "Deuxième\u202f: « cœur »."], language="fr")
    assert data == make_pdf("Où aller ? (guide)", ["Premier.", "Deuxième\u202f: « cœur »."], language="fr")
    raw = pypdfium2.raw
    with pypdfium2.PdfDocument(data) as document:
        assert document.get_metadata_dict(skip_empty=True) == {"Title": "Où aller ? (guide)", "Author": "CIRÉ"}
        assert raw.FPDFCatalog_IsTagged(document)
        language = (raw.FPDF_WCHAR * 10)()
        assert raw.FPDFCatalog_GetLanguage(document, language, 20) == 6
        assert bytes(language)[:4].decode("utf-16-le") == "fr"
    assert b"/DisplayDocTitle true" in data
    assert pdf.read_pdf(ContentFile(data)).text == "Où aller ? (guide)\n2\nPremier.\nDeuxième : « cœur »."


def test_a_long_sample_pdf_runs_over_several_pages_and_loses_no_word():
    words = [f"mot{number}" for number in range(3000)]
    contents = pdf.read_pdf(ContentFile(make_pdf("Long", [" ".join(words)], language="nl")))
    assert contents.pages > 4
    assert [word for word in contents.text.split() if word.startswith("mot")] == words


def test_a_sample_pdf_in_another_script_is_not_made_wrong():
    with pytest.raises(ValueError, match="Helvetica"):
        make_pdf("دليل", [], language="ar")
