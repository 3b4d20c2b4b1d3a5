"""What every filtered public list has in common: choices that are public, counts, and words for a bad value."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from content.languages import current_language


@dataclass(frozen=True)
class Facet:
    """One choice of a filter: what stands in the address, what readers see, how many of the whole list it has."""

    value: str
    text: str
    lang: str
    count: int
    #: Other values that mean the same: the slug in the other language.
    aliases: frozenset = frozenset()
    #: The primary key of what the choice stands for, where it is a row.
    pk: int | None = None


class FacetField(forms.MultipleChoiceField):
    """Several values, each once; a value that is no choice is an error that names it.

    `known`: {value or alias: value}.
    """

    def __init__(self, *args, known=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known

    def to_python(self, value):
        return list(dict.fromkeys(self.known.get(item, item) for item in super().to_python(value) if item))

    def validate(self, value):
        unknown = [item for item in value if item not in self.known]
        if unknown:
            shown = Truncator(unknown[0].replace("\x00", "�")).chars(40)
            raise ValidationError(_("“%(value)s” is not one of the choices. Choose below."), params={"value": shown})


#: The kind of a filter that orders the list and narrows nothing.
SORT = "sort"


class FacetFilter(django_filters.MultipleChoiceFilter):
    """A filter whose choices and counts its filter set finds; `kind` is "checkboxes", "select" or SORT."""

    field_class = FacetField

    def __init__(self, *, legend, kind="checkboxes", **kwargs):
        self.legend, self.kind = legend, kind
        super().__init__(label=legend, required=False, **kwargs)


class PublicFilterSet(django_filters.FilterSet):
    """Filters of a public list: they narrow what is published, and a bad value shows nothing but its reason.

    Subclasses have FacetFilters whose `method` takes (queryset, name, values), and `count_facets()`.
    """

    def __init__(self, data, queryset, *, models=None):
        super().__init__(data, queryset)
        self.models = models or [queryset.model]
        self.language = current_language()
        for name in self.facets:
            self.filters[name].extra["known"] = self.known(name)

    def count_facets(self):
        """Return {filter name: [Facet, …]} over the whole public list (runs queries).

        A facet with a count of 0 is not offered, but is no mistake in an address.
        """
        raise NotImplementedError

    def known(self, name):
        """Return {value or alias: value} of a filter."""
        return {word: facet.value for facet in self.facets[name] for word in (facet.value, *facet.aliases)}

    @cached_property
    def facets(self):
        """The choices with their counts, kept for settings.FACETS_MAX_AGE seconds."""
        names = "-".join(model._meta.label_lower for model in self.models)
        return cache.get_or_set(f"facets:{names}:{self.language}", self.count_facets, settings.FACETS_MAX_AGE)

    def narrow(self, queryset):
        """Return the rows of a public queryset that match; none at all where a value is bad."""
        return self.filter_queryset(queryset) if self.is_valid() else queryset.none()

    @property
    def qs(self):
        return self.narrow(self.queryset)

    # --- For templates

    @cached_property
    def chosen(self):
        """{filter name: [values]} of what the reader asked for, bad values left out."""
        chosen = {}
        for name in self.facets:
            known = self.known(name)
            chosen[name] = list(dict.fromkeys(known[value] for value in self.data.getlist(name) if value in known))
        return chosen

    @property
    def groups(self):
        """What the form shows, filter by filter."""
        errors = {} if self.is_valid() else self.form.errors
        return [
            {
                "name": name,
                "legend": self.filters[name].legend,
                "kind": self.filters[name].kind,
                "errors": errors.get(name, []),
                "choices": [
                    {
                        "value": facet.value,
                        "text": facet.text,
                        "lang": facet.lang,
                        "count": facet.count,
                        # A select shows one; the others stand among the filters in force.
                        "checked": facet.value
                        in self.chosen[name][: 1 if self.filters[name].kind != "checkboxes" else None],
                        "id": f"{name}-{facet.value}",
                    }
                    for facet in facets
                    if facet.count
                ],
            }
            for name, facets in self.facets.items()
        ]

    def address(self, without=None, without_filter=None):
        """The query string of the present choice, without one (name, value) or without a whole filter."""
        pairs = [
            (name, value)
            for name, values in self.chosen.items()
            for value in values
            if (name, value) != without and name != without_filter
        ]
        return f"?{urlencode(pairs)}"

    @property
    def active(self):
        """The filters in force, each with the address that lifts it."""
        words = {(name, facet.value): facet for name, facets in self.facets.items() for facet in facets}
        return [
            {
                "text": words[name, value].text,
                "lang": words[name, value].lang,
                "remove_href": self.address(without=(name, value)),
                "without": (name, value),
            }
            for name, values in self.chosen.items()
            for value in values
            if self.filters[name].kind != SORT
        ]

    def loosen(self, querysets):
        """For a list that came out empty: what each filter hides, as [{text, href, count}]."""
        ways = []
        for name, values in self.chosen.items():
            if not values or self.filters[name].kind == SORT:
                continue
            count = sum(self._count(queryset, {**self.chosen, name: []}) for queryset in querysets)
            if count:
                words = {facet.value: facet for facet in self.facets[name]}
                text = ", ".join(words[value].text for value in values)
                href = self.address(without_filter=name)
                ways.append({"text": text, "lang": words[values[0]].lang, "href": href, "count": count})
        return ways

    def _count(self, queryset, chosen):
        for name, values in chosen.items():
            queryset = self.filters[name].filter(queryset, values)
        return queryset.count()

    @property
    def querystring_without_page(self):
        """For the pager: "role=founder&" or ""."""
        address = self.address()[1:]
        return f"{address}&" if address else ""
