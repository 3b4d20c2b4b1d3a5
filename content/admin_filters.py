"""Filters of the admin's lists: where the text of each language stands."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from content.languages import CODES, language_name
from content.publication import State, in_state
from content.querysets import older_translation

MISSING, OLDER = "missing", "older"


class TextStateFilter(admin.SimpleListFilter):
    """One per language: draft, scheduled, published, withdrawn, missing, older than its source."""

    language = None

    def __init__(self, request, params, model, model_admin):
        self.title = _("text in %(language)s") % {"language": language_name(self.language)}
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [*State.choices, (MISSING, _("no text")), (OLDER, _("older translation"))]

    def queryset(self, request, queryset):
        value = self.value()
        if value == MISSING:
            return queryset.filter(~queryset.has_row(language_code=self.language))
        if value == OLDER:
            return queryset.filter(queryset.has_row(older_translation(queryset), language_code=self.language))
        if value in State.values:
            return queryset.filter(queryset.has_row(in_state(value), language_code=self.language))
        return queryset


def text_state_filters():
    """Return a TextStateFilter class for each of the site's languages."""
    return tuple(
        type(f"TextStateFilter_{code}", (TextStateFilter,), {"language": code, "parameter_name": f"text_{code}"})
        for code in CODES
    )
