"""What every filtered public list has in common: choices that are public, counts, and words for a bad value."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

import django_filters
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from content.folding import one_line
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


def count_by(rows, column):
    """Return a Counter {value of a column: how many of the rows have it}; one query."""
    return Counter(dict(rows.order_by().values_list(column).annotate(Count("pk"))))


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


#: The kinds of filters that are not a choice among many: SORT orders the list and narrows nothing, a FLAG is one box
#: to tick, a TEXT is what the reader writes.
SORT, FLAG, TEXT = "sort", "flag", "text"
#: The value of a flag that is ticked.
YES = "1"


class FacetFilter(django_filters.MultipleChoiceFilter):
    """A filter whose choices and counts its filter set finds; `kind` is "checkboxes", "select", FLAG or SORT.

    A flag has one choice, whose value is YES; flags of one legend stand together.
    """

    field_class = FacetField

    def __init__(self, *, legend, kind="checkboxes", **kwargs):
        self.legend, self.kind = legend, kind
        super().__init__(label=legend, required=False, **kwargs)

    def bind(self, filterset, name):
        """Let the field know the choices, which only the filter set can find."""
        self.extra["known"] = filterset.known(name)

    @staticmethod
    def value_of(values):
        """Return what `method` takes for what was chosen."""
        return values


MOST_CHARACTERS = 100
#: Control characters, halves of characters and what is no character: nobody types them, PostgreSQL or HTML refuse them.
UNTYPED = {"Cc", "Cs", "Cn"}


class TextField(forms.Field):
    """One line of text, its white space in one; `check` raises ValidationError where the text means nothing."""

    def __init__(self, *args, check=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.check = check

    def to_python(self, value):
        return one_line(value)

    def validate(self, value):
        if len(value) > MOST_CHARACTERS:
            raise ValidationError(_("Write at most %(most)d characters."), params={"most": MOST_CHARACTERS})
        if typed(value) != value:
            raise ValidationError(_("A character in this text cannot be read. Write it again."))
        if value and self.check:
            self.check(value)


def typed(text):
    """Return a text with a mark in place of each character that nobody types."""
    return "".join("�" if unicodedata.category(letter) in UNTYPED else letter for letter in text)


class TextFilter(django_filters.Filter):
    """A filter that the reader writes; `method` takes (queryset, name, text).

    Where a text may mean nothing, the filter set has a method `check_<name>(text)` that raises ValidationError with
    the reason.
    """

    kind = TEXT
    field_class = TextField

    def __init__(self, *, legend, hint="", **kwargs):
        self.legend, self.hint = legend, hint
        super().__init__(label=legend, required=False, **kwargs)

    def bind(self, filterset, name):
        """Let the field know what its filter set finds wrong."""
        self.extra["check"] = getattr(filterset, f"check_{name}", None)

    @staticmethod
    def value_of(values):
        """Return what `method` takes for what was chosen."""
        return "".join(values)


class PublicFilterSet(django_filters.FilterSet):
    """Filters of a public list: they narrow what is published, and a bad value shows nothing but its reason.

    Subclasses have FacetFilters whose `method` takes (queryset, name, values), and `count_facets()`; also TextFilters.
    """

    #: How many filters a narrow screen shows before the others, which are folded; 0: none is folded.
    shown_first = 0

    def __init__(self, data, queryset, *, models=None):
        super().__init__(data, queryset)
        self.models = models or [queryset.model]
        self.language = current_language()
        for name, filter_ in self.filters.items():
            filter_.bind(self, name)

    def count_facets(self):
        """Return {filter name: [Facet, …]} over the whole public list (runs queries).

        A facet with a count of 0 is not offered, but is no mistake in an address.
        """
        raise NotImplementedError

    def known(self, name):
        """Return {value or alias: value} of a filter."""
        return {word: facet.value for facet in self.facets[name] for word in (facet.value, *facet.aliases)}

    def keys(self, name, values):
        """Return the primary keys of the rows that values of a filter stand for."""
        return [facet.pk for facet in self.facets[name] if facet.value in values]

    @cached_property
    def facets(self):
        """The choices with their counts, kept for `facets_age()` seconds."""
        names = "-".join(model._meta.label_lower for model in self.models)
        key = f"facets:{names}:{self.language}"
        facets = cache.get(key)
        if facets is None:
            # Counting takes its time, which is a part of their age.
            age, asked_at = self.facets_age(), timezone.now()
            facets = self.count_facets()
            cache.set(key, facets, max(0, age - (timezone.now() - asked_at).total_seconds()))
        return facets

    def facets_age(self):
        """Return for how many seconds the counts may be kept; 0: not at all."""
        return settings.FACETS_MAX_AGE

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
        return {name: self._chosen(name) for name in self.filters}

    def _chosen(self, name):
        if self.filters[name].kind == TEXT:
            self.is_valid()  # fills in what follows
            text = self.form.cleaned_data.get(name)
            return [text] if text else []
        known = self.known(name)
        return list(dict.fromkeys(known[value] for value in self.data.getlist(name) if value in known))

    @property
    def more_chosen(self):
        """Whether one of the filters that a narrow screen folds is at work, or was not understood."""
        folded = list(self.filters)[self.shown_first :]
        return any(self.chosen[name] or name in self.form.errors for name in folded)

    @property
    def groups(self):
        """What the form shows, filter by filter; flags of one legend are one group."""
        errors = {} if self.is_valid() else self.form.errors
        groups = {}
        for name, filter_ in self.filters.items():
            group = self._group(name, errors.get(name, []))
            together = groups.setdefault((FLAG, str(filter_.legend)) if filter_.kind == FLAG else name, group)
            if together is not group:
                together["kind"] = "checkboxes"
                together["errors"] = [*together["errors"], *group["errors"]]
                together["choices"] += group["choices"]
        return list(groups.values())

    def _group(self, name, errors):
        filter_ = self.filters[name]
        group = {"name": name, "legend": filter_.legend, "kind": filter_.kind, "errors": errors}
        if filter_.kind == TEXT:
            # What was not understood stays, to be put right.
            written = typed(one_line(self.data.get(name)))[:MOST_CHARACTERS]
            meant = self.suggestions(name, written) if errors else []
            return {**group, "hint": filter_.hint, "value": written, "most": MOST_CHARACTERS, "meant": meant}
        # A select shows one; the others stand among the filters in force.
        ticked = self.chosen[name][: 1 if filter_.kind != "checkboxes" else None]
        return {
            **group,
            "choices": [
                {
                    "name": name,
                    "value": facet.value,
                    "text": facet.text,
                    "lang": facet.lang,
                    "count": facet.count,
                    "checked": facet.value in ticked,
                    "id": f"{name}-{facet.value}",
                }
                for facet in self.facets[name]
                if facet.count
            ],
        }

    def suggestions(self, name, written):
        """Return what a reader may have meant by a text that was not understood: [{text, href}]."""
        return []

    def address(self, without=None, without_filter=None, added=()):
        """The query string of the present choice, without one (name, value) or a whole filter, with others `added`."""
        pairs = [
            (name, value)
            for name, values in self.chosen.items()
            for value in values
            if (name, value) != without and name != without_filter
        ]
        return f"?{urlencode([*pairs, *added])}"

    @cached_property
    def _words(self):
        """{(filter name, value): Facet} of every choice, and of the texts that the reader wrote."""
        words = {(name, facet.value): facet for name, facets in self.facets.items() for facet in facets}
        for name, values in self.chosen.items():
            if self.filters[name].kind == TEXT:
                words |= {(name, text): Facet(text, text, "", 0) for text in values}
        return words

    @property
    def active(self):
        """The filters in force, each with the address that lifts it."""
        return [
            {
                "text": self._words[name, value].text,
                "lang": self._words[name, value].lang,
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
                words = [self._words[name, value] for value in values]
                text = ", ".join(word.text for word in words)
                href = self.address(without_filter=name)
                ways.append({"text": text, "lang": words[0].lang, "href": href, "count": count})
        return ways

    def _count(self, queryset, chosen):
        for name, values in chosen.items():
            filter_ = self.filters[name]
            queryset = filter_.filter(queryset, filter_.value_of(values))
        return queryset.count()

    @property
    def querystring_without_page(self):
        """For the pager: "role=founder&" or ""."""
        address = self.address()[1:]
        return f"{address}&" if address else ""
