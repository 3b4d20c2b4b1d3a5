"""Columns that hold opening hours, and the fields with which people write them."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from addresses.hours import Week, Weekday, parse_times, periods_text, write_times

TIMES_LENGTH = 200


def day_in_words(text):
    """Return what somebody wrote as the hours of a day in words, "closed" for none; ValidationError as parse_times."""
    return periods_text(parse_times(text)) or str(_("closed"))


class TimesFormField(forms.CharField):
    """Takes "9-12, 13:30-17"; gives it back as "9:00-12:00, 13:30-17:00"."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": TIMES_LENGTH, **kwargs})
        self.widget.attrs.update({"autocomplete": "off", "placeholder": "9:00-12:00, 13:30-17:00"})

    def clean(self, value):
        return write_times(parse_times(super().clean(value)))


class TimesField(models.CharField):
    """The hours of one day, written alike: "9:00-12:00, 13:30-17:00"."""

    description = "Opening hours of a day"

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = TIMES_LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def to_python(self, value):
        return write_times(parse_times(super().to_python(value)))

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TimesFormField, **kwargs})


class WeekWidget(forms.MultiWidget):
    """One line a day, each with its name."""

    template_name = "addresses/week_widget.html"

    def __init__(self, attrs=None):
        widgets = {day.value: forms.TextInput({"size": 28, "autocomplete": "off"}) for day in Weekday}
        super().__init__(widgets, attrs)

    def decompress(self, value):
        return [(value or {}).get(day.value, "") for day in Weekday]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        for day, part in zip(Weekday, context["widget"]["subwidgets"], strict=True):
            part["day"], part["words"] = day.label, self._words(part["value"])
        return context

    @staticmethod
    def _words(text):
        try:
            return day_in_words(text)
        except ValidationError:
            return ""  # the error stands beside the field


class WeekFormField(forms.MultiValueField):
    """Reads a WeekWidget into a Week; an error names its day."""

    widget = WeekWidget

    def __init__(self, **kwargs):
        fields = [forms.CharField(max_length=TIMES_LENGTH, required=False) for _day in Weekday]
        # A column of the model hands over a blank one.
        kwargs["help_text"] = kwargs.get("help_text") or _(
            "Nothing: closed. 9:00-12:00, 13:30-17:00. After midnight with +1: 20:00-8:00+1."
        )
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, values):
        return Week.parse({day.value: text for day, text in zip(Weekday, values, strict=False)})

    def has_changed(self, initial, data):
        try:
            now = self.compress(self.to_python_each(data or []))
        except ValidationError:
            return True
        return now != Week(initial or {})

    def to_python_each(self, data):
        """Return what each line says, as text."""
        return [(value or "").strip() for value in data]


class WeekField(models.JSONField):
    """The hours of a week: {"mo": "9:00-12:00, 13:30-17:00", …}; see addresses/hours.py."""

    description = "Opening hours of a week"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        if not isinstance(value, dict) or set(value) - set(Weekday.values):
            raise ValidationError(_("Hours are written day by day."), code="no_week")
        return Week.parse(value)

    def formfield(self, **kwargs):
        # As for WordsField: no hidden copy of the default, and none of JSONField's own arguments.
        return models.Field.formfield(self, **{"form_class": WeekFormField, "show_hidden_initial": False, **kwargs})
