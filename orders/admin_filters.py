"""What narrows the lists of the Orders desk."""

from django.contrib import admin
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.models import CLOSED, Availability, Mode, Status

OPEN, ALL = "open", "all"


class StateFilter(admin.SimpleListFilter):
    """The orders in one state, with how many there are; those that wait for somebody, where nothing was chosen.

    Its choices stand above the list, see change_list.html.
    """

    title = gettext_lazy("state")
    parameter_name = "state"
    template = "orders/admin/_states.html"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.counts = dict(model.objects.order_by().values_list("status").annotate(Count("pk")))

    def lookups(self, request, model_admin):
        return [(OPEN, _("To do")), *Status.choices, (ALL, pgettext_lazy("orders", "All"))]

    def value(self):
        chosen = super().value()
        return chosen if chosen in {str(lookup) for lookup, _title in self.lookup_choices} else OPEN

    def queryset(self, request, queryset):
        if self.value() == ALL:
            return queryset
        return queryset.exclude(status__in=CLOSED) if self.value() == OPEN else queryset.filter(status=self.value())

    def choices(self, changelist):
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == lookup,
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
                "count": self.count(lookup),
                "after_gap": lookup in (Status.NEW, ALL),
            }

    def count(self, lookup):
        """Return how many orders are in a state, or in several."""
        among = {OPEN: set(Status) - set(CLOSED), ALL: set(Status)}.get(lookup, {lookup})
        return sum(number for status, number in self.counts.items() if status in among)


class AvailabilityFilter(admin.SimpleListFilter):
    """What readers are told about an offer; says the same as Offer.availability."""

    title = gettext_lazy("what readers are told")
    parameter_name = "availability"

    def lookups(self, request, model_admin):
        return Availability.choices

    def queryset(self, request, queryset):
        condition = conditions().get(self.value())
        return queryset if condition is None else queryset.filter(condition)


def conditions():
    """Return {Availability: Q}."""
    on_paper, gone = Q(mode=Mode.ON_PAPER), Q(on_hand__lte=F("reserved"))
    low = Q(on_hand__lte=F("reserved") + F("reprint_threshold"))
    return {
        Availability.ORDERABLE: on_paper & ~low,
        Availability.LOW: on_paper & low & ~gone,
        Availability.OUT_OF_STOCK: on_paper & gone & Q(reprint_planned=True),
        Availability.OUT_OF_PRINT: Q(mode=Mode.OUT_OF_PRINT) | (on_paper & gone & Q(reprint_planned=False)),
        Availability.PDF_ONLY: Q(mode=Mode.PDF_ONLY),
        Availability.SOON: Q(mode=Mode.SOON),
    }
