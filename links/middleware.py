"""Old names and old addresses of the site lead to those of today, in one hop; what is gone says so."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.middleware.security import SecurityMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.encoding import iri_to_uri

from links import answers, missing
from links.addresses import naming_part

#: Not addresses of pages: nothing there has moved.
APART = ("/admin/", settings.STATIC_URL, settings.MEDIA_URL)


class OneHomeMiddleware(SecurityMiddleware):
    """Leads from the other names of the site, and from http, to its own address, and there to the page of today.

    Django's own middleware comes after it and would lead to https alone: one hop more for an old address. Its headers
    are on these answers too.
    """

    def process_request(self, request):
        if request.method not in ("GET", "HEAD") or not self.is_elsewhere(request):
            return None
        answer = answers.find_home(request.path_info, request.META.get("QUERY_STRING", ""))
        location = iri_to_uri(answer.location) if answer and answer.location else request.get_full_path()
        return redirect_to(settings.SITE_URL + location if location.startswith("/") else location)

    def is_elsewhere(self, request):
        """Whether a request came to another name of this site, or to its own without https where that is asked for."""
        host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
        if host in settings.OTHER_HOSTS:
            return True
        is_exempt = any(pattern.search(request.path.lstrip("/")) for pattern in self.redirect_exempt)
        is_ours = host == urlsplit(settings.SITE_URL).hostname
        return is_ours and self.redirect and not request.is_secure() and not is_exempt


class MissingAddressMiddleware:
    """Counts the addresses that nothing answers: outside of those that add a stroke or a language and lead on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404 and not request.path_info.startswith(APART):
            count(request)
        return response


class OldAddressMiddleware:
    """Looks an address up once no page was found at it; a page that is found costs nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or request.path_info.startswith(APART):
            return self.get_response(request)
        # "/?p=123", where the old site's start page was and ours is: the one question asked before looking for a page.
        names_old_page = request.path_info == "/" and naming_part(request.META.get("QUERY_STRING", ""))
        response = answer_to(request) if names_old_page else None
        if response is None:
            response = self.get_response(request)
            if response.status_code == 404:
                response = answer_to(request) or response
            elif names_old_page:
                # The start page, which is not what was asked for.
                count(request)
        return response


def answer_to(request):
    """Return the redirect or the page for an old address, None where nothing is known of it."""
    query = request.META.get("QUERY_STRING", "")
    answer = answers.find(request.path_info, query)
    if answer is None:
        return None
    if answer.redirect:
        answers.note_use(answer.redirect)
    if answer.is_gone:
        response = render(request, "410.html", status=410)
        add_never_cache_headers(response)
        return response
    return redirect_to(iri_to_uri(answer.location))


def redirect_to(location):
    """Return a redirect for good; and yet a slip of the pen in it must not stay in browsers for ever."""
    response = HttpResponsePermanentRedirect(location)
    patch_cache_control(response, public=True, max_age=settings.PUBLIC_MAX_AGE)
    return response


def count(request):
    """Count the address of a request, which nothing answers."""
    if request.method == "GET":
        missing.count(request.path_info, request.META.get("QUERY_STRING", ""))
