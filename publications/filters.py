"""Filters of publications: kind, theme, language of the edition, year, on paper, level of power, in force."""

from collections import Counter

from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from content.filters import SORT, YES, Facet, FacetFilter, PublicFilterSet, count_by
from content.language_fields import has_language, split_language_key
from content.languages import language_name
from publications.models import Edition, Kind, Level, Publication
from publications.querysets import NEWEST, OLDEST, TITLE
from themes.filters import theme_facets

ORDERS = {NEWEST: _("newest first"), OLDEST: _("oldest first"), TITLE: _("by title")}
IN_FORCE = "1"


class PublicationFilterSet(PublicFilterSet):
    """Narrows publications; also holds the order that the reader chose."""

    kind = FacetFilter(legend=_("Kind"), method="with_kind")
    theme = FacetFilter(legend=_("Theme"), kind="select", method="with_theme")
    language = FacetFilter(legend=_("Language of the edition"), kind="select", method="with_language")
    year = FacetFilter(legend=_("Year"), kind="select", method="with_year")
    paper = FacetFilter(legend=_("On paper"), method="on_paper")
    level = FacetFilter(legend=_("Level of power"), kind="select", method="with_level")
    valid = FacetFilter(legend=_("Validity"), method="with_validity")
    sort = FacetFilter(legend=_("Order"), kind=SORT, method="as_it_is")

    def with_kind(self, queryset, name, values):
        return queryset.filter(kind__in=values)

    def with_theme(self, queryset, name, values):
        on_themes = Publication.themes.through.objects.filter(theme__in=self.keys(name, values))
        return queryset.filter(pk__in=on_themes.values("publication"))

    def with_language(self, queryset, name, values):
        editions = Edition.objects.filter(has_language("language_key", values))
        return queryset.filter(pk__in=editions.values("publication"))

    def with_year(self, queryset, name, values):
        return queryset.alias(year=Left("published_on", 4)).filter(year__in=values)

    def on_paper(self, queryset, name, values):
        return queryset.on_paper()

    def with_level(self, queryset, name, values):
        return queryset.filter(level__in=values)

    def with_validity(self, queryset, name, values):
        return queryset.in_force()

    def as_it_is(self, queryset, name, values):
        return queryset

    @property
    def order(self):
        """The order that the reader chose, newest first by default."""
        return next(iter(self.chosen["sort"]), NEWEST)

    def count_facets(self):
        public = Publication.objects.public_unordered().order_by().prefetch_related(None)
        ids = public.values("pk")

        kinds, levels = count_by(public, "kind"), count_by(public, "level")
        years = count_by(public.annotate(year=Left("published_on", 4)).exclude(published_on=""), "year")
        themes = count_by(Publication.themes.through.objects.filter(publication__in=ids), "theme")
        # A publication counts once for a language, in however many of its editions that is.
        editions = Edition.objects.filter(publication__in=ids).order_by().values_list("publication", "language_key")
        languages = Counter(
            code for _pk, code in {(pk, code) for pk, key in editions for code in split_language_key(key)}
        )
        total = public.count()
        here = self.language
        return {
            "kind": [Facet(kind.value, str(kind.label), here, kinds[kind.value]) for kind in Kind],
            "theme": theme_facets(themes, here),
            "language": [
                Facet(code, language_name(code), here, count)
                for code, count in sorted(languages.items(), key=lambda entry: (-entry[1], entry[0]))
            ],
            "year": [Facet(str(year), str(year), here, count) for year, count in sorted(years.items(), reverse=True)],
            "paper": [Facet(YES, str(_("can be ordered")), here, public.on_paper().count())],
            "level": [Facet(level.value, str(level.label), here, levels[level.value]) for level in Level],
            "valid": [
                Facet(IN_FORCE, str(_("without what was replaced or no longer holds")), here, public.in_force().count())
            ],
            "sort": [Facet(value, str(words), here, total) for value, words in ORDERS.items()],
        }
