"""Lists in pages: `page` and `per_page` in the query, the whole count and the neighbours in the answer."""

import re

from django.core.paginator import EmptyPage, Paginator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from api.fields import absolute
from api.problems import BadQuery, NoSuchPage

PER_PAGE, MOST_PER_PAGE = 20, 100
#: Longer ones are no number of a page, and more than a database counts.
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def whole_number(query, name, default, most):
    """Return a number from 1 to `most` out of a query, `default` where it is absent; BadQuery for anything else."""
    text = query.get(name)
    if text is None or text == "":
        return default
    if not NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
        raise BadQuery({name: [_("Write a whole number from 1 to %(most)d.") % {"most": most}]})
    return int(text)


class Pages(BasePagination):
    """Cuts a list; a page that there is not is 404, what is no number 400."""

    parameters = ("page", "per_page")
    most_pages = 10**9 - 1

    def paginate_queryset(self, queryset, request, view=None):
        query = request.query_params
        self.number = whole_number(query, "page", 1, self.most_pages)
        self.per_page = whole_number(query, "per_page", PER_PAGE, MOST_PER_PAGE)
        self.path, self.query = request.path, view.asked
        self.paginator = Paginator(queryset, self.per_page)
        try:
            self.page = self.paginator.page(self.number)
        except EmptyPage:
            last = _("The last page is %(number)d.") % {"number": self.paginator.num_pages}
            raise NoSuchPage({"page": [last]}) from None
        return list(self.page)

    def href(self, number):
        """Return the address of another page of the same list."""
        pairs = [(name, value) for name, value in self.query if name != "page"]
        return absolute(f"{self.path}?{urlencode([*pairs, ('page', number)])}")

    def get_paginated_response(self, data):
        return Response(
            {
                "count": self.paginator.count,
                "pages": self.paginator.num_pages,
                "page": self.number,
                "next": self.href(self.number + 1) if self.page.has_next() else None,
                "previous": self.href(self.number - 1) if self.page.has_previous() else None,
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema):
        href = {"type": ["string", "null"], "format": "uri"}
        properties = {
            "count": {"type": "integer", "minimum": 0, "description": "How many there are on all pages."},
            "pages": {"type": "integer", "minimum": 1},
            "page": {"type": "integer", "minimum": 1},
            "next": href,
            "previous": href,
            "results": schema,
        }
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
        }

    def get_schema_operation_parameters(self, view):
        number = {"type": "integer", "minimum": 1}
        return [
            {
                "name": "page",
                "in": "query",
                "description": "Which page, from 1. One that there is not is 404.",
                "schema": {**number, "maximum": self.most_pages, "default": 1},
            },
            {
                "name": "per_page",
                "in": "query",
                "description": "How many a page.",
                "schema": {**number, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
            },
        ]
