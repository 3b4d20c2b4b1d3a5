"""The description of the API (OpenAPI 3.1), made from its views and shapes; in English, as most such are."""

from functools import cache

from django.urls import include, path, reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from addresses.filters import NOW
from addresses.hours import Weekday
from addresses.models import Audience
from api.problems import MEDIA_TYPE, ProblemSerializer
from content.filters import FLAG, MOST_CHARACTERS, SORT, TEXT, YES
from content.languages import CODES
from organisations.models import Role, Scope
from publications.filters import IN_FORCE, ORDERS
from publications.models import Kind, Level

SLUG = "The last part of the address of its page, in any language."
ISO_639 = "Codes of languages (ISO 639)."
#: What each parameter means, and its values where they are the same for good.
PARAMETERS = {
    "lang": ("The language whose titles give the order; problems are told in it too.", CODES),
    "role": ("Where we hold one of these roles today.", Role.values),
    "theme": (SLUG, None),
    "scope": ("How far it reaches.", Scope.values),
    "kind": ("What sort of publication it is.", Kind.values),
    "language": (f"In which an edition exists. {ISO_639}", None),
    "year": ("The year of publication.", None),
    "level": ("Recommendations: the level of power.", Level.values),
    "valid": ("Only what still holds.", [IN_FORCE]),
    "sort": ("The order.", list(ORDERS)),
    "need": ("What an address is for: the `code` of one of its `needs`.", None),
    "near": ("A postcode or a municipality of Belgium: the nearest come first. It narrows nothing.", None),
    "spoken": (f"In which people are received. {ISO_639}", None),
    "open": ("Now, or on a day of the week, in Brussels time.", [NOW, *Weekday.values]),
    "papers": ("Only where no residence papers are asked.", [YES]),
    "free": ("Only what is free.", [YES]),
    "walk_in": ("Only where one needs no appointment.", [YES]),
    "step_free": ("Only with step-free access.", [YES]),
    "audience": ("With a desk for these people.", [value for value in Audience.values if value != Audience.EVERYONE]),
    "samples": ("With the invented examples, which are left out otherwise.", [YES]),
    "q": ("A word or an abbreviation, in any spelling and any language.", None),
}
NOTES = {
    200: "What was asked for.",
    400: "A parameter has a value that means nothing; `errors` says which, and why.",
    404: "There is no such object or page, or it is not public; behind the last page `errors` says which that is.",
}


class Schema(AutoSchema):
    """Describes a view of ours: its filters, and its problems."""

    def get_operation_id(self):
        kind = self.get_tags()[0]
        return f"{'list' if self._is_list_view() else 'get'}_{kind}"

    def get_tags(self):
        # /api/v1/networks/{key}/
        return [self.path.split("/")[3] or "index"]

    def get_response_serializers(self):
        answers = {(200, "application/json"): super().get_response_serializers()}
        for status in (400, 404) if self.view.parameters else (404,):
            answers[status, MEDIA_TYPE] = ProblemSerializer
        return {code: OpenApiResponse(serializer, description=NOTES[code[0]]) for code, serializer in answers.items()}

    def _is_list_view(self, serializer=None):
        return getattr(self.view, "action", "") == "list"

    def get_override_parameters(self):
        filterset_class = getattr(self.view, "filterset_class", None)
        filters = filterset_class.base_filters if filterset_class else {}
        own = [name for name in self.view.parameters if name in PARAMETERS]
        return [parameter(name, filters.get(name)) for name in own]


def parameter(name, public_filter=None):
    """Return the description of a parameter of the query; `public_filter`: the filter that it belongs to."""
    words, values = PARAMETERS[name]
    kind = getattr(public_filter, "kind", FLAG)
    if kind == TEXT:
        return OpenApiParameter(name, {"type": "string", "maxLength": MOST_CHARACTERS}, description=words)
    several = kind not in (SORT, FLAG)
    repeated = " May stand several times: one of them is enough." if several else ""
    return OpenApiParameter(name, str, description=words + repeated, enum=values, many=several)


@cache
def document():
    """Return the whole description, made once a process."""
    below = path(reverse("api:index").lstrip("/"), include("api.urls"))
    return SchemaGenerator(patterns=[below]).get_schema(request=None, public=True)
