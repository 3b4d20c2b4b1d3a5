"""What every list that is narrowed by theme offers."""

from content.filters import Facet
from themes.models import Theme


def theme_facets(counts, language):
    """Return a Facet for each theme that readers see, in the order of their names.

    `counts`: {primary key of a theme: how many of the list it has}, 0 where there is no entry (a Counter).
    """
    return [
        Facet(
            theme.shown.slug,
            theme.shown.heading,
            theme.shown.heading_lang,
            counts[theme.pk],
            frozenset(row.slug for row in theme.public_translations),
            theme.pk,
        )
        for theme in Theme.objects.public(language)
    ]
