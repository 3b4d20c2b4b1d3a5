"""The site's own error pages: 400, 403, 404, 429 and 500, in the reader's language."""

import logging
import re
import secrets

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.cache import add_never_cache_headers

from api.problems import problem

logger = logging.getLogger(__name__)

NOT_A_WORD = re.compile(r"\.\w{2,4}\Z|[^\w]+|_+")
LONGEST_SEARCHED = 60


def bad_request(request, exception=None):
    """The address or the form sent something that no page understands."""
    return _error_page(request, 400)


def forbidden(request, exception=None):
    """Signed in, but without the right to do this."""
    return _error_page(request, 403)


def csrf_failure(request, reason=""):
    """A form that was open too long, or came from elsewhere."""
    return _error_page(request, 403, {"form_expired": True})


def not_found(request, exception=None):
    """No such page, or none that is public."""
    return _error_page(request, 404, {"searched": words_in_path(request.path), "asks_itself": True})


def words_in_path(path):
    """Return what somebody may look for who came to an address that leads nowhere: the words of its last part."""
    return " ".join(NOT_A_WORD.sub(" ", path.rstrip("/").rpartition("/")[2]).split())[:LONGEST_SEARCHED]


def locked_out(request, credentials, *args, **kwargs):
    """Too many wrong passwords; the same answer for a name that has no account."""
    return _error_page(request, 429)


def server_error(request):
    """Something broke: without database, with an id that stands on the page and in the log."""
    error_id = secrets.token_hex(4)
    # The path only: a query string may hold what somebody typed. Escaped: a line break in it could forge a line.
    path = request.path.encode("unicode_escape").decode("ascii")
    logger.error("Error %s at %s %s", error_id, request.method, path, exc_info=True)
    if is_for_programs(request):
        return problem(request, 500, error_id=error_id)
    response = HttpResponseServerError(loader.render_to_string("500.html", {"error_id": error_id}))
    add_never_cache_headers(response)
    return response


def is_for_programs(request):
    """Whether who asks wants data, also where something is wrong."""
    return request.path_info.startswith("/api/")


def _error_page(request, status, context=None):
    if is_for_programs(request):
        return problem(request, status)
    response = render(request, f"{status}.html", context, status=status)
    add_never_cache_headers(response)
    return response
