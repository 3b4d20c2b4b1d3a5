"""The forms of the Orders desk: what leaves in a parcel, a person's orders, what came from the printer."""

import json
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.correcting import CorrectionFields
from orders.offers import MOST_STOCK

COPIES_ERRORS = {
    "invalid": gettext_lazy("Write a whole number."),
    "min_value": gettext_lazy("Write 0 or more."),
    "max_value": gettext_lazy("No more than %(limit_value)s are left to send."),
}


class SendForm(forms.Form):
    """How many copies of each line leave now; filled in with all that is still to be sent."""

    #: How many copies had left when the page was made: see `after` of handling.send.
    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, lines, data=None):
        sent = sum(line.sent for line in lines)
        super().__init__(data, initial={"after": sent}, auto_id="%s")
        self.lines = [line for line in lines if line.to_send]
        for line in self.lines:
            self.fields[name_of(line)] = forms.IntegerField(
                label=line.title,
                min_value=0,
                max_value=line.to_send,
                initial=line.to_send,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "parcel__copies"}),
                error_messages=COPIES_ERRORS,
            )

    def field_of(self, line):
        """Return the box of a line, None where all of it has left."""
        return self[name_of(line)] if name_of(line) in self.fields else None

    def clean(self):
        if not self.errors and not any(self.copies.values()):
            raise ValidationError(_("Write how many copies leave: one at least."))
        return self.cleaned_data

    @property
    def copies(self):
        """What leaves, as handling.send takes it: {primary key of a line: copies}."""
        return {line.pk: self.cleaned_data.get(name_of(line)) or 0 for line in self.lines}


def name_of(line):
    return f"line-{line.pk}"


class CorrectForm(CorrectionFields):
    """Who an order is for and where it goes, as whoever ordered says on the phone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""  # it speaks to whoever orders, as these labels do
        self.fields["name"].label, self.fields["email"].label = _("name"), _("e-mail")


class LoadedForm(forms.ModelForm):
    """A row that nobody overwrites unseen: what it held when the page was made is compared at the save."""

    loaded = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["loaded"] = json.dumps(self._values_of(self.instance)) if self.instance.pk else ""

    @property
    def changed_data(self):
        # What the log says was changed: nothing of how the form works.
        return [name for name in super().changed_data if name != "loaded"]

    @property
    def columns(self):
        """The columns that this form edits."""
        return [column for column in self.instance._meta.concrete_fields if column.name in self.fields]

    def _values_of(self, row):
        """Return {name of a column: what it holds, as JSON has it}."""
        values = {column.name: column.get_prep_value(column.value_from_object(row)) for column in self.columns}
        return json.loads(json.dumps(values, cls=DjangoJSONEncoder))

    def clean(self):
        super().clean()
        if self.instance.pk:
            self._refuse_to_overwrite()

    def _refuse_to_overwrite(self):
        # Locked until the end of the request's transaction: nobody saves between this look and our save.
        stored = type(self.instance)._base_manager.select_for_update().get(pk=self.instance.pk)
        loaded, now = self._loaded(), self._values_of(stored)
        changed = [column for column in self.columns if loaded.get(column.name) != now[column.name]]
        if not changed:
            return
        data = {**self.data.dict(), "loaded": json.dumps(now)}
        # What was not touched here stays as the other one wrote it.
        data.update({column.name: now[column.name] for column in changed if self._is_untouched(column, loaded)})
        self.data = data
        told = _("Somebody else saved this page while you were writing. What you typed is still here, below.")
        raise ValidationError(
            [told, *(f"{self.fields[column.name].label}: {said(stored, column)}" for column in changed)]
        )

    def _is_untouched(self, column, loaded):
        """Whether the form brings back what the page was made with."""
        name = column.name
        try:
            return name in loaded and not self.fields[name].has_changed(
                column.to_python(loaded[name]), self.data.get(name)
            )
        except (TypeError, ValidationError):
            return False  # a forged token

    def _loaded(self):
        """Return what the page was made with; of a token that is lost or forged, nothing."""
        try:
            loaded = json.loads(self.cleaned_data.get("loaded") or "{}")
            return loaded if isinstance(loaded, dict) else {}
        except (ValueError, RecursionError):
            return {}


def said(row, column):
    """Return what a column holds, in words."""
    value = getattr(row, f"get_{column.name}_display")() if column.choices else column.value_from_object(row)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else value


class FindForm(forms.Form):
    """What somebody on the phone says: a number, a name, an e-mail, a place."""

    words = forms.CharField(
        label=gettext_lazy("Number, name, e-mail or place"), max_length=100, widget=forms.TextInput(attrs={"size": 40})
    )


class Change(TextChoices):
    """Why the stock changes by hand."""

    RECEIVED = "received", gettext_lazy("copies came from the printer")
    COUNTED = "counted", gettext_lazy("I counted what lies on the shelf")


class StockForm(forms.Form):
    """What came, or what was counted."""

    change = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=Change, initial=Change.RECEIVED, widget=forms.RadioSelect
    )
    copies = forms.IntegerField(label=pgettext_lazy("how many", "Copies"), min_value=0, max_value=MOST_STOCK)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed after a count: damaged, given away, found… Without anybody’s name."),
    )
    #: What the page said was on hand: copies counted while others leave are no longer right.
    seen = forms.IntegerField(widget=forms.HiddenInput)
    #: The same page sent twice is one movement.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("change") == Change.RECEIVED and cleaned.get("copies") == 0:
            self.add_error("copies", _("Write how many copies came: one at least."))
        if cleaned.get("change") == Change.COUNTED and not cleaned.get("why"):
            self.add_error("why", _("Say why there are more or fewer than we thought."))
        return cleaned
