"""What the API answers where it cannot give what was asked: problem details (RFC 9457), in the reader's language."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.log import log_response
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, MethodNotAllowed, NotFound

from content.languages import CODES

MEDIA_TYPE = "application/problem+json"
#: A script of any site may read all of it, and the ETag too.
FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}


def open_to_everybody(response):
    """Let the scripts of any site read an answer."""
    for name, value in FOR_EVERYBODY.items():
        response.headers[name] = value


class ProblemSerializer(serializers.Serializer):
    """Why there is no answer."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with each parameter of the query.",
    )


class BadQuery(APIException):
    """A query that says something that means nothing; `errors`: {parameter: [sentences]}."""

    status_code = 400

    def __init__(self, errors):
        self.errors = errors
        super().__init__()


class NoSuchPage(NotFound):
    """A page of a list that ends before it; `errors` as those of BadQuery."""

    def __init__(self, errors):
        self.errors = errors
        super().__init__()


class BeingMade(APIException):
    """What is asked for is being made by the worker."""

    status_code = 503
    retry_after = 30  # seconds


def asked_language(request):
    """Return the language that a query asks for by `lang`, None for none that we have."""
    try:
        language = request.GET.get("lang")
    except SuspiciousOperation:  # more parameters than anybody sends
        return None
    return language if language in CODES else None


def answer(error, context):
    """Answer an exception of a view of the API (REST_FRAMEWORK's EXCEPTION_HANDLER); None for one that is a fault."""
    if isinstance(error, Http404):
        error = NotFound()
    if not isinstance(error, APIException):
        return None
    response = problem(context["request"], error.status_code, getattr(error, "errors", None))
    if isinstance(error, BeingMade):
        response.headers["Retry-After"] = str(error.retry_after)
        # Nothing is wrong: without this, each such answer would be logged as an error.
        log_response("Download being made", response=response, request=context["request"], level="info")
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def problem(request, status, errors=None, error_id=None):
    """Return the answer that says what is wrong, in the language asked for or else the browser's."""
    language = asked_language(request) or get_language_from_request(request)
    language = language if language in CODES else settings.LANGUAGE_CODE
    with override(language):
        body = {
            "type": "about:blank",
            "title": title(status),
            "status": status,
            "detail": detail(status, errors, error_id),
        }
        if errors:
            body["errors"] = {name: [str(words) for words in found] for name, found in errors.items()}
        response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    open_to_everybody(response)
    response.headers["Content-Language"] = language
    add_never_cache_headers(response)
    return response


def title(status):
    return {
        400: _("The query was not understood"),
        404: _("There is nothing at this address"),
        405: _("This data can only be read"),
        500: _("Something broke on our side"),
        503: _("The file is being made"),
    }.get(status, HTTPStatus(status).phrase)


def detail(status, errors, error_id):
    if errors:
        return _("What is wrong with each parameter stands in “errors”.")
    return {
        400: _("Ask in another way."),
        404: _("The address may be mistyped, or what it led to is not public any more."),
        405: _("Ask with GET, HEAD or OPTIONS."),
        500: _("If you write to us about it, give this number: %(number)s") % {"number": error_id},
        503: _("Ask again in half a minute."),
    }.get(status, title(status))
