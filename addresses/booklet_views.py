"""The booklet of addresses: the PDF while it is right, a page that says "in a minute" while it is made anew."""

from pathlib import PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.log import log_response
from django.utils.translation import pgettext
from django.views.generic.base import View

from addresses.booklet_making import forget_lost_file, right_booklet
from content.languages import current_language
from content.paper import can_print

RETRY_AFTER = 60  # seconds


class BookletView(View):
    """All addresses in the reader's language as a PDF."""

    def get(self, request):
        if not can_print():
            raise Http404
        now = timezone.now()
        booklet = right_booklet(current_language(), now)
        if booklet is None:
            return being_made(request)
        if not booklet.file:
            raise Http404
        try:
            file = booklet.file.open()
        except OSError:
            forget_lost_file(booklet)
            return being_made(request)
        response = FileResponse(file, content_type="application/pdf", filename=download_name(booklet))
        response.headers["ETag"] = f'"{PurePosixPath(booklet.file.name).stem}"'
        seconds = int((booklet.holds_until - now).total_seconds())
        patch_cache_control(response, public=True, max_age=min(settings.PUBLIC_MAX_AGE, seconds))
        return response


def download_name(booklet):
    """Return the name under which a reader finds it again: "adresses-utiles-2026-11.pdf"."""
    words = pgettext("file name", "useful-addresses")
    return f"{words}-{timezone.localdate(booklet.issued_at):%Y-%m}.pdf"


def being_made(request):
    """Say that the booklet comes in a minute, and where the addresses stand meanwhile."""
    response = render(request, "addresses/booklet_being_made.html", status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    # Nothing is wrong: without this, each such answer would be logged as an error.
    log_response("Booklet being made", response=response, request=request, level="info")
    return response
