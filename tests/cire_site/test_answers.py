"""What the server does with any answer: asked what may be asked, by readers of any language, compressed or not."""

import gzip

import pytest
from django.urls import reverse

from tests.makers import make_house, make_theme
from tests.pages import LANGUAGES, address
from tests.test_addresses import FROZEN, KWARGS, WITHOUT_LANGUAGE

pytestmark = pytest.mark.django_db

WITHOUT_WORDS = [
    *("/robots.txt", "/.well-known/security.txt", "/sitemap.xml", "/sitemap-theme-1.xml"),
    *("/api/v1/", "/api/v1/themes/", "/api/v1/openapi.json"),
]


def vary(response):
    return {name.strip() for name in response.headers.get("Vary", "").split(",")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, _french, _dutch in FROZEN])
def test_whoever_asks_what_may_be_asked_of_a_page_is_told(client, name, language):
    response = client.options(address(name, language, **KWARGS.get(name.rpartition(":")[2], {})))
    assert response.status_code in {200, 204, 302, 404, 405}


@pytest.mark.parametrize(("name", "kwargs"), [(name, kwargs) for name, kwargs, _path in WITHOUT_LANGUAGE])
def test_so_is_who_asks_it_of_an_address_without_language(client, name, kwargs):
    response = client.options(reverse(name, kwargs=kwargs))
    assert response.status_code in {200, 204, 302, 404, 405}


@pytest.mark.parametrize("path", WITHOUT_WORDS)
def test_what_is_the_same_in_every_language_is_kept_once(client, path):
    make_theme()
    answers = [client.get(path, headers={"accept-language": language}) for language in LANGUAGES]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].headers.get("Content-Language") == answers[1].headers.get("Content-Language")
    assert all("Accept-Language" not in vary(answer) for answer in answers)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/nowhere/", "/admin/login/"])
def test_what_is_in_the_language_of_the_reader_says_so(client, path):
    answers = [client.get(path, headers={"accept-language": language}) for language in LANGUAGES]
    assert all("Accept-Language" in vary(answer) for answer in answers)
    assert answers[0].content != answers[1].content or answers[0].url != answers[1].url


def test_a_file_is_sent_as_it_is(client):
    path = make_house().network.logo.url
    response = client.get(path, headers={"accept-encoding": "gzip"})
    content = b"".join(response.streaming_content)
    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["ETag"].startswith('"')
    assert "Accept-Language" not in vary(response)


def test_a_page_is_compressed(client):
    response = client.get("/fr/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(response.content)
