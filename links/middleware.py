"""Old addresses are answered where no page is: with the address of today, or that the page is gone."""

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.encoding import iri_to_uri

from links import answers, missing
from links.addresses import naming_part

#: Not addresses of pages: nothing there has moved.
APART = ("/admin/", settings.STATIC_URL, settings.MEDIA_URL)


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
                response = answer_to(request) or counted(request, response)
            elif names_old_page:
                counted(request, response)
        return response


def answer_to(request):
    """Return the redirect or the page for an old address, None where nothing is known of it."""
    query = request.META.get("QUERY_STRING", "")
    answer = answers.find(request.path_info, query)
    if answer is None:
        return None
    if answer.is_gone:
        response = render(request, "410.html", status=410)
        add_never_cache_headers(response)
        return response
    response = HttpResponsePermanentRedirect(iri_to_uri(answer.location))
    # For good, and yet a slip of the pen in it must not stay in browsers for ever.
    patch_cache_control(response, public=True, max_age=settings.PUBLIC_MAX_AGE)
    return response


def counted(request, response):
    """Count an address that nothing answers; return the response to it."""
    if request.method == "GET":
        missing.count(request.path_info, request.META.get("QUERY_STRING", ""))
    return response
