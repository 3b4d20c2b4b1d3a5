"""The rows of a network or group on its page in the admin: seats and key figures."""

from itertools import combinations

from django.forms import BaseInlineFormSet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.translation import gettext as _

from content.admin_widgets import is_number


class RowsFormSet(BaseInlineFormSet):
    """Rows on the page of their object; what was typed into one that somebody else deleted comes back as a new row."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound and self.management_form.is_valid():
            self._make_deleted_rows_new()

    def _make_deleted_rows_new(self):
        """Number the rows that were sent anew: Django finds stored rows by their place in the form."""
        total = min(self.management_form.cleaned_data[TOTAL_FORM_COUNT], self.absolute_max)
        initial = min(self.management_form.cleaned_data[INITIAL_FORM_COUNT], total)
        stored = {str(row.pk) for row in self.get_queryset()}
        ids = {number: self.data.get(self._field(number, "id")) for number in range(initial)}
        gone = [number for number, pk in ids.items() if pk and is_number(pk) and pk not in stored]
        if not gone:
            return
        again = [number for number in gone if not self.data.get(self._field(number, "DELETE"))]
        order = [number for number in range(initial) if number not in gone] + again + list(range(initial, total))
        sent = self.data
        self.data = sent.copy()
        for name in sent:
            if any(name.startswith(self._field(number, "")) for number in range(total)):
                del self.data[name]
        for place, number in enumerate(order):
            start = self._field(number, "")
            for name in sent:
                if name.startswith(start):
                    self.data.setlist(self._field(place, name.removeprefix(start)), sent.getlist(name))
            if number in again:
                self.data[self._field(place, "id")] = ""
        self.data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = initial - len(gone)
        self.data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = len(order)
        del self.management_form  # read from the data as it was

    def _field(self, number, name):
        return f"{self.add_prefix(number)}-{name}"


class SeatFormSet(RowsFormSet):
    """Seats of one network or group."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        # A seat that ends here makes room for one that begins here: they are compared as they are sent.
        form.instance.checked_together = frozenset(seat.pk for seat in self.get_queryset())
        return form

    def clean(self):
        """Refuse two rows of the same page that overlap: each alone looks only at what the page does not show."""
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms and form.is_valid() and form.cleaned_data]
        for one, other in combinations(kept, 2):
            seat, second = one.instance, other.instance
            same = (seat.organisation_id, seat.role) == (second.organisation_id, second.role)
            if same and second.overlaps(seat):
                message = _("This organisation already holds this role in that time (%(when)s).") % {"when": seat.when}
                other.add_error(None, message)
            elif same and seat.pk and second.pk and is_open(seat) and self._is_stored_open(second):
                # They are saved in the order of the page, and the database never lets both be open.
                one.add_error(None, _("Save the end of the other seat first, then open this one again."))

    def _is_stored_open(self, seat):
        return any(stored.pk == seat.pk and is_open(stored) for stored in self.model.objects.filter(pk=seat.pk))


def is_open(seat):
    """Whether the database counts a seat as held: no end is known of."""
    return not seat.until and not seat.ended
