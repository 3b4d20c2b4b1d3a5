"""What waits for staff: drafts, texts in one language only, older translations, old figures."""

from django.db.models import Count, Q
from django.utils import timezone

from content.languages import CODES
from content.models import KeyFigure
from content.publication import State, in_state
from content.querysets import is_public, older_translation

OLD_FIGURE_YEARS = 3
SHOWN = 8


def waiting_texts(model):
    """Return {kind of waiting: (how many, the first objects)} of one content model."""
    everything = model.objects.all()
    public_rows = Count("translations", filter=is_public(prefix="translations__"))
    lists = {
        "draft": everything.filter(everything.has_row(in_state(State.DRAFT))),
        "one_language": everything.annotate(public_rows=public_rows).filter(
            public_rows__gt=0, public_rows__lt=len(CODES)
        ),
        "older": everything.filter(everything.has_row(older_translation(everything))),
    }
    return {
        name: _first(queryset.in_title_order().prefetch_related("translations")) for name, queryset in lists.items()
    }


def old_figures(model):
    """Return (how many, the first figures) of a content model that are more than three years old or without a year."""
    field = next((field for field in model._meta.related_objects if issubclass(field.related_model, KeyFigure)), None)
    if field is None:
        return 0, []
    oldest = timezone.localdate().year - OLD_FIGURE_YEARS
    figures = field.related_model.objects.filter(Q(year__lt=oldest) | Q(year__isnull=True))
    return _first(figures.select_related("body").prefetch_related("body__translations").order_by("year", "pk"))


def _first(queryset):
    return queryset.count(), list(queryset[:SHOWN])


class WaitingMixin:
    """An admin that says on the start page what waits there."""

    def waiting_sections(self, request):
        """Return what waits for this person beside texts: [{title, entries, count, href}].

        Asked only where they may see the model; an entry is {text, kind, href}.
        """
        return []
