"""Filters of the glossary: a word in any spelling, and the theme."""

from django.utils.translation import gettext_lazy as _

from content.filters import FacetFilter, PublicFilterSet, TextFilter, count_by
from content.folding import sort_key
from content.querysets import WORDS_FOUND_BY
from glossary.models import Term, WordKind
from glossary.wording import stems_asked_for
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
        themes = count_by(Term.themes.through.objects.filter(term__in=ids), "theme")
        return {"theme": theme_facets(themes, self.language)}


def word_that_fits(term, text):
    """Return the word beside a term that `text` has found it by; None where the term or its abbreviation says it."""
    key, asked = sort_key(text, length=None), stems_asked_for(text)[:WORDS_FOUND_BY]
    public = {row.language_code: row for row in term.public_translations}
    words = [word for word in term.all_words.all() if word.kind != WordKind.OTHER_MEANING]
    beside = [word for word in words if word.language in public]
    # A word that was written just so is named though the term holds it too: it may be one to avoid.
    written = next((word for word in beside if word.find_key == key), None)
    if written or any(holds(row.find_key, asked) for row in public.values()):
        return written
    return next((word for word in beside if holds(word.find_key, asked)), None)


def holds(find_key, asked):
    """Whether a folded text holds each word that was asked for, as found_by does."""
    return all(any(stem in find_key for stem in stems) for stems in asked)
