"""Choices of other content in the admin that survive whatever is sent to them."""

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

DIGITS = 18


def is_number(text):
    """Whether `text` can be a primary key."""
    return text.isascii() and text.isdigit() and len(text) <= DIGITS


class _OnlyNumbers:
    def optgroups(self, name, value, attrs=None):
        # A form that comes back looks up what was chosen; Django's own widget breaks on what is no number.
        return super().optgroups(name, [pk for pk in value if is_number(str(pk))], attrs)


class Choice(_OnlyNumbers, AutocompleteSelect):
    """One object, found by typing."""


class Choices(_OnlyNumbers, AutocompleteSelectMultiple):
    """Several objects, found by typing."""


class ChoicesMixin(BaseModelAdmin):
    """Uses these widgets for the autocomplete fields of an admin or inline."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Choice(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Choices(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)
