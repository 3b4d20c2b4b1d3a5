"""Adds the language that an address lacks, where that leads to a page; says what depends on the reader's language."""

from urllib.parse import urlsplit

from django.middleware.locale import LocaleMiddleware
from django.urls import resolve
from django.utils.cache import has_vary_header, patch_vary_headers
from django.utils.translation import get_language_from_path

from pages.models import Page


class LanguageMiddleware(LocaleMiddleware):
    """Django's own takes every answer at an address without language for one in the reader's, and any word for a page.

    It would lead from any word to /fr/word/, since that may be a free page: it must exist.
    """

    def process_response(self, request, response):
        if is_the_same_in_every_language(request, response):
            return response
        answer = super().process_response(request, response)
        is_redirect = answer is not response
        if not is_redirect or is_page(urlsplit(answer.url).path):
            return answer
        patch_vary_headers(response, ["Accept-Language"])  # the words that there is nothing here
        return response


def is_the_same_in_every_language(request, response):
    """Whether an answer at an address without language is one that any cache may hold for all readers."""
    if get_language_from_path(request.path_info) or has_vary_header(response, "Accept-Language"):
        return False
    return "public" in response.headers.get("Cache-Control", "")


def is_page(path):
    """Whether an address that resolves leads to something, as far as its first word tells."""
    match = resolve(path)
    return match.view_name != "pages:detail" or Page.objects.filter(translations__slug=match.kwargs["slug"]).exists()
