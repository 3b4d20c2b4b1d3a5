"""Somebody finds, reads and passes on a publication; somebody of the staff gives one its file."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import expect

from content.querysets import is_public
from publications.files import read_edition
from publications.models import Publication
from publications.sample.pdfs import make_pdf
from tests.browser.shapes import said_in
from tests.makers import make_edition, make_publication
from tests.pages import LANGUAGES, address

READ_SOON = 15_000  # milliseconds: the page asks every other second
WAYS = ["mailto:", "wa.me", "t.me", "facebook", "bsky", "mastodon", "linkedin", "x.com", "pinterest"]
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def titles(sample_of):
    """A function: the titles under which sample publications are shown in a language, sorted."""

    def told(language, *keys):
        publics = [sample_of("publication", key).translations.filter(is_public()) for key in keys]
        return sorted((rows.filter(language_code=language).first() or rows.get()).title for rows in publics)

    return told


@pytest.fixture
def step_by_step(sample_of):
    """A guide under revision, in French, Dutch, English and Arabic."""
    return sample_of("publication", "demande_asile_etape_par_etape")


def entries(page):
    """The titles in the list, sorted."""
    page.wait_for_load_state()  # a press waits for the new page to begin, not for its end
    return sorted(page.locator("#results .entry h3").all_inner_texts())


# --- Readers ---------------------------------------------------------------------------------------------------


@in_both_languages
def test_a_reader_narrows_the_list_and_opens_a_guide_without_scripts(
    open_page, sample_of, titles, step_by_step, language
):
    page = open_page(language=language, java_script_enabled=False)
    page.goto(address("publications:list", language))
    guides = "demande_asile_etape_par_etape", "sans_papiers_ou_trouver_de_l_aide"
    others = "faire_venir_sa_famille", "un_eleve_arrive_seul"  # the latter is in French only
    show = page.locator(".filters button")

    kind = page.get_by_role("checkbox", name=re.compile(f"^{said_in(language, 'guide')}"))
    kind.check()
    show.click()
    expect(page).to_have_url(re.compile(r"\?kind=guide&.*#results$"))
    assert entries(page) == titles(language, *guides, *others)

    page.get_by_label(said_in(language, "Language of the edition")).select_option("en")
    show.click()
    assert entries(page) == titles(language, *guides)
    expect(kind).to_be_checked()

    theme = sample_of("theme", "asylum").translations.get(language_code=language)
    page.get_by_label(said_in(language, "Theme"), exact=True).select_option(theme.slug)
    show.click()
    assert entries(page) == titles(language, guides[0])

    page.locator("#results .entry h3 a").click()
    expect(page).to_have_url(re.compile(re.escape(step_by_step.get_absolute_url(language)) + "$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(titles(language, guides[0])[0])
    expect(page.locator(".validity--banner")).to_contain_text(said_in(language, "This is under revision."))


@in_both_languages
def test_a_reader_downloads_a_pdf_without_scripts(open_page, step_by_step, language):
    page = open_page(language=language, java_script_enabled=False)
    page.goto(step_by_step.get_absolute_url(language))
    link = page.locator(f"a.download[hreflang={language}]")
    expect(link).to_contain_text(re.compile(r"^PDF, .+, \d+ pagina’s|^PDF, .+, \d+ pages?"))
    expect(page.locator("a.download[hreflang=ar]")).to_have_count(0)  # on paper only
    # A plain press would open the browser's own reader of PDFs; with this key it saves what the link leads to.
    with page.expect_download() as download:
        link.click(modifiers=["Alt"])
    slug = step_by_step.translations.get(language_code=language).slug
    assert download.value.suggested_filename == f"{slug}-{language}.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert page.request.get(link.get_attribute("href")).headers["content-type"] == "application/pdf"


@in_both_languages
def test_ways_to_share_are_plain_links_without_scripts(open_page, step_by_step, language):
    page = open_page(language=language, java_script_enabled=False)
    page.goto(step_by_step.get_absolute_url(language))
    links = page.locator(".share__links a")
    expect(links.first).to_be_hidden()
    page.get_by_text(said_in(language, "Ways to share this page")).click()
    expect(links.first).to_be_visible()
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    hrefs = [link.get_attribute("href") for link in links.all()]
    assert len(hrefs) == len(WAYS)
    for way, href in zip(WAYS, hrefs, strict=True):
        assert href.startswith("mailto:" if way == "mailto:" else "https://")
        assert way in href
        assert canonical in unquote(href)
    # The address stands there to be copied by hand; a button that needs a script is not there.
    expect(page.locator(".share .copyable")).to_have_text(canonical)
    expect(page.locator("main button")).to_have_count(0)


@in_both_languages
def test_a_press_copies_the_address_and_the_citation(open_page, step_by_step, language):
    page = open_page(language=language, permissions=["clipboard-read", "clipboard-write"])
    page.goto(step_by_step.get_absolute_url(language))
    page.get_by_text(said_in(language, "Ways to share this page")).click()
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    for words, copied in (("Copy this line", page.locator("#t-cite + * .copyable")), ("Copy the address", None)):
        page.get_by_role("button", name=said_in(language, words)).click()
        row = page.locator(".copyable__row").filter(has_text=said_in(language, words))
        expect(row.get_by_role("status")).to_have_text(said_in(language, "Copied"))
        expected = copied.inner_text().strip() if copied else canonical
        assert page.evaluate("navigator.clipboard.readText()") == expected


# --- Staff -----------------------------------------------------------------------------------------------------


@pytest.fixture
def without_file(site):
    """An edition without a file, of a publication that is a draft."""
    edition = make_edition(make_publication(state="draft"), title="Un fichier arrive", languages=["fr"])
    yield edition
    for task in queued_for(edition):
        task.delete()
    for publication in Publication.objects.filter(pk=edition.publication_id):
        publication.delete()


def queued_for(edition):
    """The tasks that will read its file."""
    tasks = DBTaskResult.objects.filter(task_path=read_edition.module_path)
    return [task for task in tasks if task.args_kwargs["args"] == [edition.pk]]


@in_both_languages
def test_a_publisher_gives_an_edition_its_pdf_and_sees_it_read(open_page, signed_in, without_file, language):
    page = open_page(language=language, signed_in=signed_in[language])
    page.goto(reverse("admin:publications_publication_change", args=[without_file.publication_id]))
    report = page.locator(f'[data-edition-file="{without_file.pk}"]')
    expect(report).to_have_text(said_in(language, "no file"))

    body = [f"{number}. Une phrase d’exemple." for number in range(60)]  # a cover, and more than one page
    pdf = make_pdf("Un fichier arrive", body, language="fr")
    page.set_input_files(
        "[name=editions-0-pdf]", {"name": "mon fichier.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(report).to_have_text(said_in(language, "being read"))
    expect(page.locator("[data-focus]")).to_have_count(0)

    # What a worker does; the page hears of it by itself.
    (job,) = queued_for(without_file)
    job.task.call(*job.args_kwargs["args"])
    without_file.refresh_from_db()
    assert without_file.pdf_pages > 2
    expect(report).to_have_attribute("data-state", "ready", timeout=READ_SOON)
    expect(report).to_have_text(re.compile(rf"^{without_file.pdf_pages} pag.+, [\d.,]+\s\w+$"))

    page.reload()
    cover = page.locator(f'[data-focus="{without_file.pk}"] img')
    cover.scroll_into_view_if_needed()
    expect(cover).to_be_visible()
    assert cover.evaluate("image => image.complete && image.naturalWidth") > 100
    assert default_storage.exists(without_file.cover.name)
    # The part of the cover that stays visible follows the pointer.
    cover.click(position={"x": 60, "y": 20})
    expect(page.locator("[name=editions-0-focus_x]")).to_have_value("25")
