"""Filters of the glossary: a word in any spelling, and the theme."""

from collections import Counter

from django.utils.translation import gettext_lazy as _

from content.filters import FacetFilter, PublicFilterSet, TextFilter
from glossary.models import Term
from themes.filters import theme_facets


class TermFilterSet(PublicFilterSet):
    """Narrows the glossary."""

    q = TextFilter(
        legend=_("A word or an abbreviation"), hint=_("With or without accents, in any language"), method="found_by"
    )
    theme = FacetFilter(legend=_("Theme"), kind="select", method="with_theme")

    def found_by(self, queryset, name, text):
        return queryset.found_by(text)

    def with_theme(self, queryset, name, values):
        keys = [facet.pk for facet in self.facets["theme"] if facet.value in values]
        return queryset.filter(pk__in=Term.themes.through.objects.filter(theme__in=keys).values("term"))

    def count_facets(self):
        ids = Term.objects.public_unordered().order_by().values("pk")
        themes = Counter(Term.themes.through.objects.filter(term__in=ids).values_list("theme", flat=True))
        return {"theme": theme_facets(themes, self.language)}
