"""Adds the language that an address lacks, where that leads to a page."""

from urllib.parse import urlsplit

from django.middleware.locale import LocaleMiddleware
from django.urls import resolve

from pages.models import Page


class LanguageMiddleware(LocaleMiddleware):
    """Django's own would lead from any word to /fr/word/, since that may be a free page: it must exist."""

    def process_response(self, request, response):
        answer = super().process_response(request, response)
        is_redirect = answer is not response
        return response if is_redirect and not is_page(urlsplit(answer.url).path) else answer


def is_page(path):
    """Whether an address that resolves leads to something, as far as its first word tells."""
    match = resolve(path)
    return match.view_name != "pages:detail" or Page.objects.filter(translations__slug=match.kwargs["slug"]).exists()
