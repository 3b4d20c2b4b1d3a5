"""Search engines learn every public page in the languages that it is published in, each beside its twin."""

import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cire_site import sitemaps
from tests.makers import DAY, make_address, make_network, make_publication, make_theme
from tests.pages import LANGUAGES, Page, address

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
SITE = "http://127.0.0.1:8000"
#: W3C's form of ISO 8601, as the protocol of sitemaps wants it.
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$")


def files(client):
    """Return the paths of the files that the sitemap leads to."""
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert root.tag == f"{SITEMAP}sitemapindex"
    return [path_of(loc.text) for loc in root.iter(f"{SITEMAP}loc")]


def path_of(href):
    assert href.startswith(SITE)
    return href.removeprefix(SITE)


def read(client, file):
    """Return {path: {hreflang: path}} of one file."""
    response = client.get(file)
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert root.tag == f"{SITEMAP}urlset"
    found = {}
    for url in root:
        (loc,) = url.findall(f"{SITEMAP}loc")
        links = {link.get("hreflang"): path_of(link.get("href")) for link in url.findall(LINK)}
        assert len(links) == len(url.findall(LINK))
        path = path_of(loc.text)
        assert path not in found, "no page is told twice"
        found[path] = links
        assert all(MOMENT.match(moment.text) for moment in url.findall(f"{SITEMAP}lastmod"))
    return found


def everything(client):
    return {path: links for file in files(client) for path, links in read(client, file).items()}


def test_a_page_stands_in_each_of_its_languages_beside_the_others(client):
    network = make_network(fr={"slug": "toit"}, nl={"slug": "dak"})
    french, dutch = (network.get_absolute_url(code) for code in LANGUAGES)
    found = read(client, "/sitemap-network-1.xml")
    assert found == {path: {"fr": french, "nl": dutch, "x-default": french} for path in (french, dutch)}


def test_a_text_in_one_language_stands_alone(client):
    network = make_network(fr=None, nl={"slug": "dak"})
    path = network.get_absolute_url("nl")
    assert read(client, "/sitemap-network-1.xml") == {path: {"nl": path, "x-default": path}}


def test_the_home_page_of_no_language_is_the_one_that_asks_the_browser(client):
    assert everything(client)["/fr/"] == {"fr": "/fr/", "nl": "/nl/", "x-default": "/"}


def test_places_that_have_gone_or_are_invented_are_not_for_search_engines(client):
    make_address(valid_until=timezone.localdate() - DAY)
    make_address(is_sample=True)
    assert files(client) == ["/sitemap-site-1.xml"]
    here = make_address(fr={}, nl=None)
    assert list(read(client, "/sitemap-address-1.xml")) == [here.get_absolute_url("fr")]


def test_a_page_says_when_it_last_changed(client):
    theme = make_theme(fr={}, nl=None)
    theme.translations.update(publish_from="2026-01-02T10:00+01:00", changed_at="2026-01-01T10:00+01:00")
    assert "<lastmod>2026-01-02T10:00:00+01:00</lastmod>" in client.get("/sitemap-theme-1.xml").content.decode()


def test_a_long_sitemap_comes_in_files(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_FILE", 3)
    networks = [make_network() for _ in range(7)]
    assert [file for file in files(client) if "network" in file] == [f"/sitemap-network-{n}.xml" for n in (1, 2, 3)]
    found = [path for n in (1, 2, 3) for path in read(client, f"/sitemap-network-{n}.xml")]
    assert sorted(found) == sorted(network.get_absolute_url(code) for network in networks for code in LANGUAGES)


@pytest.mark.parametrize(
    "path",
    [
        *("/sitemap-network-0.xml", "/sitemap-network-2.xml", "/sitemap-network-999999999999999999999.xml"),
        *("/sitemap-nothing-1.xml", "/sitemap-check-1.xml", "/sitemap-network-x.xml", "/sitemap-theme-1.xml"),
    ],
)
def test_a_file_that_there_is_not_is_404(client, path):
    make_network()
    assert client.get(path).status_code == 404


def test_many_pages_cost_no_query_more(client):
    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = ("/sitemap.xml", "/sitemap-publication-1.xml", "/sitemap-site-1.xml")
    make_publication()
    few = [queries(path) for path in paths]
    for number in range(20):
        make_publication(fr={}, nl={} if number % 2 else None)
    assert [queries(path) for path in paths] == few
    assert max(few) <= 16


def test_a_section_that_does_not_exist_yet_is_left_out(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "FIXED", ("home", "nowhere:list"))
    assert list(read(client, "/sitemap-site-1.xml")) == ["/fr/", "/nl/"]


# --- The whole site ----------------------------------------------------------------------------------------------


def crawl(client, *starts):
    """Follow every link of the site from some pages; return {path: Page} of the pages in HTML, without queries."""
    pages, waiting = {}, list(starts)
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        response = client.get(path)
        if response.status_code in (301, 302):
            waiting.append(response.headers["Location"])
            continue
        assert response.status_code == 200, path
        if not response.headers["Content-Type"].startswith("text/html"):
            list(response if response.streaming else [])  # closes the file
            continue
        pages[path] = page = Page(response)
        page.is_indexed = "noindex" not in response.headers.get("X-Robots-Tag", "") and not [
            meta for meta in page.tree.iter("meta") if meta.get("name") == "robots"
        ]
        hrefs = {link.get("href") for link in page.tree.iter("a")} | set(page.alternates.values())
        waiting += {path for href in hrefs if href and (path := own_path(href))} - set(pages)
    return pages


def own_path(href):
    """Return the path of a page of ours that a link leads to, "" for anything else."""
    parts = urlsplit(href.removeprefix(SITE))
    is_page = not parts.netloc and not parts.scheme and parts.path.startswith(("/fr/", "/nl/"))
    return parts.path if is_page else ""


def check_twins(pages):
    """Each page and those that it calls itself in other languages name one another, and nobody else."""
    for path, page in pages.items():
        for language, href in page.alternates.items():
            twin = pages[path_of(href)]
            assert twin.lang == language
            assert twin.alternates == page.alternates, (path, href)
            assert path_of(twin.canonical) == path_of(href)
        if path_of(page.canonical) == path:
            assert path in map(path_of, page.alternates.values()), path
        else:
            # A text that is missing in this language leads to the one that there is.
            assert pages[path_of(page.canonical)].lang != page.lang
            assert page.lang not in page.alternates


def check_sitemap(told, pages):
    """The sitemap tells what the pages say of themselves, and leaves out none that search engines should know."""
    for path, links in told.items():
        page = pages[path]
        assert path_of(page.canonical) == path
        assert {code: path_of(href) for code, href in page.alternates.items()} == {
            code: href for code, href in links.items() if code != "x-default"
        }
    known = {path for path, page in pages.items() if path_of(page.canonical) == path}
    invented = tuple(address("addresses:list", code) for code in LANGUAGES)
    left_out = {path for path in known - set(told) if pages[path].is_indexed and not path.startswith(invented)}
    assert left_out == set()


def test_the_whole_site_and_its_sitemap_tell_the_same(client, sample):
    told = everything(client)
    pages = crawl(client, *told)
    assert len(pages) > 200
    check_twins(pages)
    check_sitemap(told, pages)


def test_the_checks_see_a_page_that_does_not_know_its_twin(client):
    theme = make_theme(fr={"slug": "logement"}, nl={"slug": "huisvesting"})
    paths = [theme.get_absolute_url(code) for code in LANGUAGES]
    pages = {path: Page(client.get(path)) for path in paths}
    check_twins(pages)
    alone = pages["/fr/themes/logement/"]
    pages["/fr/themes/logement/"] = SimpleNamespace(
        lang="fr", canonical=alone.canonical, alternates={"fr": alone.canonical}
    )
    with pytest.raises(AssertionError):
        check_twins(pages)
