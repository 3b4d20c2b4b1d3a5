"""Filters of the list of terms in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from content.languages import CODES
from content.querysets import is_public


def to_be_confirmed(terms):
    """Return those of some terms of which CIRÉ must still confirm something."""
    return terms.exclude(to_confirm={})


def in_one_language(terms):
    """Return those that readers find in some languages of the site, but not in all."""
    everywhere = terms
    for code in CODES:
        everywhere = everywhere.filter(everywhere.has_row(is_public(), language_code=code))
    return terms.filter(terms.has_row(is_public())).exclude(pk__in=everywhere.order_by().values("pk"))


class TodoFilter(admin.SimpleListFilter):
    """Terms that somebody may have to look at."""

    title = _("what is to be done")
    parameter_name = "todo"
    KINDS = {
        "confirm": (_("to be confirmed"), to_be_confirmed),
        "one_language": (_("public in one language only"), in_one_language),
        "no_definition": (
            _("a text without definition"),
            lambda terms: terms.filter(terms.has_row(summary="")),
        ),
        "not_linked": (_("not explained in texts"), lambda terms: terms.filter(is_linked=False)),
    }

    def lookups(self, request, model_admin):
        return [(name, words) for name, (words, _terms) in self.KINDS.items()]

    def queryset(self, request, queryset):
        _words, terms = self.KINDS.get(self.value(), ("", lambda terms: terms))
        return terms(queryset)
