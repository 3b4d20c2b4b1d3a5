"""The forms of an address in the admin: its facts, its desks and special days, a check that somebody made."""

from itertools import combinations

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.formsets import INITIAL_FORM_COUNT
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses import gazetteer
from addresses.checking import Check, How
from content.admin_forms import ContentForm
from content.admin_widgets import is_number
from content.folding import sort_key
from organisations.admin_forms import RowsFormSet


def commune_choices():
    """Return all communes as choices, province by province, in the editor's language; Brussels stands first."""
    areas = {}
    for commune in gazetteer.communes().values():
        areas.setdefault(commune.area, []).append((commune.nis, commune.name))
    names = {key: area.name for key, area in {**gazetteer.regions(), **gazetteer.provinces()}.items()}
    groups = [
        (names[key], sorted(choices, key=lambda choice: sort_key(choice[1])))
        for key, choices in sorted(areas.items(), key=lambda area: (area[0] in gazetteer.provinces(), names[area[0]]))
    ]
    return [("", gettext_lazy("taken from the postcode")), *groups]


class OneReasonForm(forms.BaseForm):
    """A form that says once what is wrong with a field, and nothing of what it does not show."""

    def add_error(self, field, error):
        """Leave out what the model says of a column that is not here, or whose words could not be read anyway."""
        if field is None and hasattr(error, "error_dict"):
            heard = {
                name: reasons
                for name, reasons in error.error_dict.items()
                if name == NON_FIELD_ERRORS or (name in self.fields and name not in self.errors)
            }
            if not heard:
                return
            error = ValidationError(heard)
        super().add_error(field, error)


class DaysForm(OneReasonForm):
    """A form with a first and a last day."""

    days = ("starts", "ends")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.days:
            if name in self.fields:
                self.fields[name].error_messages["invalid"] = _("Write 25/12/2026.")

    def clean(self):
        """Say beside the last day that it comes before the first; the database could say it of the whole row only."""
        cleaned = super().clean()
        starts, ends = (self.cleaned_data.get(name) for name in self.days)
        if starts and ends and ends < starts:
            self.add_error(self.days[1], _("The last day cannot come before the first."))
        return cleaned


class SpokenForm(forms.BaseForm):
    """A form on which languages are chosen that are spoken at a desk."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "languages" in self.fields:
            self.fields["languages"].keep(self.instance.languages)


class PhoneForm(SpokenForm, forms.ModelForm):
    """Edits a telephone."""


class AddressForm(SpokenForm, DaysForm, ContentForm):
    """Edits an address."""

    days = ("valid_from", "valid_until")


class DeskForm(DaysForm, forms.ModelForm):
    """Edits a desk."""


class SpecialDayForm(DaysForm, forms.ModelForm):
    """Edits a special day or closure; a single day needs no last one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "ends" in self.fields:
            self.fields["ends"].required = False
            self.fields["ends"].help_text = _("Blank: the same day.")

    def clean(self):
        if "ends" not in self.errors and not self.cleaned_data.get("ends"):
            self.cleaned_data["ends"] = self.cleaned_data.get("starts")
        return super().clean()


class SpecialDayFormSet(RowsFormSet):
    """The special days of one address; they choose among its desks."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        # A closure that is moved makes room for another: those on the page are compared as they are sent.
        form.instance.checked_together = frozenset(day.pk for day in self.get_queryset())
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if desk := form.fields.get("desk"):
            desk.queryset = self.instance.desks.all() if self.instance.pk else desk.queryset.none()
            desk.choices = self._desk_choices

    @cached_property
    def _desk_choices(self):
        # Asked for once, not once a row.
        desks = self.instance.desks.all() if self.instance.pk else ()
        return [("", gettext_lazy("all of them")), *((desk.pk, str(desk)) for desk in desks)]

    def clean(self):
        """Refuse two rows about the same days, and one about a desk that is deleted on the same page."""
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms and form.is_valid() and form.cleaned_data]
        for one, other in combinations(kept, 2):
            day, second = one.instance, other.instance
            if day.desk_id == second.desk_id and day.starts <= second.ends and second.starts <= day.ends:
                other.add_error("starts", _("There are already special hours on some of these days."))
        for form in kept:
            if form.instance.desk_id in self._deleted_desks and form.has_changed():
                form.add_error("desk", _("This desk is being deleted: choose another one, or delete this row too."))

    @cached_property
    def _deleted_desks(self):
        count = self.data.get(f"desks-{INITIAL_FORM_COUNT}", "")
        numbers = range(min(int(count), self.absolute_max)) if is_number(count) else ()
        keys = [
            self.data.get(f"desks-{number}-id", "") for number in numbers if self.data.get(f"desks-{number}-DELETE")
        ]
        return {int(key) for key in keys if is_number(key)}


class CheckForm(forms.ModelForm):
    """What somebody found who looked whether an address is right."""

    # A service confirms by itself, through its own link.
    how = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[choice for choice in How.choices if choice[0] != How.CONFIRMATION]
    )

    # The newest report that was on the page: a check settles reports, and none that nobody has read.
    seen_report = forms.IntegerField(required=False, min_value=0)

    # The result for which the button was pressed a second time: readers are told at once that something is wrong.
    sure = forms.CharField(required=False)

    class Meta:
        model = Check
        fields = ("how", "result", "note")
