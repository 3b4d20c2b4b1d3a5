"""The admin of useful addresses and of the needs that they answer; see admin_reports.py for what readers report."""

import re

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses import gazetteer
from addresses.admin_checks import ChecksAdmin
from addresses.admin_confirmations import ConfirmationsAdmin
from addresses.admin_filters import AreaFilter, CheckStateFilter, CommuneFilter, IncompleteFilter, NeedFilter
from addresses.admin_forms import AddressForm, DeskForm, PhoneForm, SpecialDayForm, SpecialDayFormSet, commune_choices
from addresses.admin_reports import ReportAdmin
from addresses.checking import ago
from addresses.duplicates import perhaps_twice
from addresses.models import Address, Category, Desk, Phone, SpecialDay
from addresses.resources import AddressResource
from content.admin import ContentAdmin
from content.admin_import import ImportExportAdmin
from content.kept_pages import note_change
from content.language_fields import LanguagesField, SpokenLanguagesFormField
from content.saving import surroundings_changed
from organisations.admin import PartOfBodyInline

__all__ = ["AddressAdmin", "CategoryAdmin", "ReportAdmin"]

#: What somebody types who looks for a telephone, and how many digits of it are needed.
NUMBER, SHORTEST_NUMBER = re.compile(r"[0-9 +./()-]+"), 4

#: Which languages are offered; those of brochures are others.
SPOKEN_AT_DESKS = {LanguagesField: {"form_class": SpokenLanguagesFormField}}


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """Edits the needs; their word in the address bar stays once addresses have it, as readers keep links."""

    list_display = ("name_text", "key", "check_months", "position")
    fields = ("name", "key", "check_months", "position")
    actions = None

    class Media:
        css = {"all": ("css/admin.css",)}

    @admin.display(description=gettext_lazy("name"))
    def name_text(self, category):
        return str(category)

    def get_readonly_fields(self, request, obj=None):
        return ("key",) if obj is not None and obj.addresses.exists() else ()

    def has_delete_permission(self, request, obj=None):
        used = obj is not None and obj.addresses.exists()
        return super().has_delete_permission(request, obj) and not used

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        note_change()
        if change and "name" in form.changed_data:
            for address in obj.addresses.all():
                surroundings_changed(address)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        note_change()


class PhoneInline(PartOfBodyInline, admin.StackedInline):
    """The telephones of an address."""

    model = Phone
    form = PhoneForm
    extra = 0
    fields = ("number", "label", "languages")
    formfield_overrides = SPOKEN_AT_DESKS


class DeskInline(PartOfBodyInline, admin.StackedInline):
    """Who is received when."""

    model = Desk
    form = DeskForm
    extra = 0
    fields = ("label", ("audience", "access"), "hours_kind", "week", ("starts", "ends"), "note")

    class Media:
        js = ("js/hours.js",)


class SpecialDayInline(PartOfBodyInline, admin.StackedInline):
    """Holidays, closures, other hours on some days."""

    model = SpecialDay
    form = SpecialDayForm
    formset = SpecialDayFormSet
    extra = 0
    fields = (("starts", "ends"), "times", "desk", "reason")


@admin.register(Address)
class AddressAdmin(ChecksAdmin, ConfirmationsAdmin, ImportExportAdmin, ContentAdmin):
    """Edits an address on one page with its telephones, desks and special days; a save is no check."""

    form = AddressForm
    resource_class = AddressResource
    change_form_template = "addresses/admin/change_form.html"
    change_list_template = "addresses/admin/change_list.html"
    text_columns = (
        *("title", "title_language", "name_explained", "slug", "summary", "street", "getting_there"),
        *("for_whom", "bring", "price_note", "text"),
    )
    #: The facts, under the titles that they stand below on the page.
    facts = (
        (gettext_lazy("What it is"), ("categories", "organisation", "is_sample")),
        (
            gettext_lazy("For whom, at what price"),
            ("papers", "situations", "cost", "languages", "interpreter"),
        ),
        (gettext_lazy("Where"), ("postcode", "commune_nis", "step_free", "latitude", "longitude")),
        (gettext_lazy("E-mail and website"), ("email", "website")),
        (gettext_lazy("Since when, until when"), ("valid_from", "valid_until", "moved_to")),
    )
    shared_columns = tuple(name for _title, names in facts for name in names)
    list_columns = ("place", "needs", "last_check", "next_check_on")
    list_filter = (CheckStateFilter, NeedFilter, AreaFilter, CommuneFilter, IncompleteFilter, "is_sample")
    autocomplete_fields = ("organisation", "moved_to")
    formfield_overrides = {**ContentAdmin.formfield_overrides, **SPOKEN_AT_DESKS}
    inlines = (PhoneInline, DeskInline, SpecialDayInline)
    children = ("phones", "desks", "special_days")

    # --- The list

    def get_queryset(self, request):
        return super().get_queryset(request).with_checks().prefetch_related("categories")

    def get_search_results(self, request, queryset, search_term):
        """Find by name and street, and by telephone however it is written."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        digits = "".join(char for char in search_term if char.isdigit()).lstrip("0")
        if not NUMBER.fullmatch(search_term) or len(digits) < SHORTEST_NUMBER:
            return found, may_have_duplicates
        by_phone = Phone.objects.filter(digits__contains=digits)
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=by_phone.values("address"))), False

    @admin.display(description=gettext_lazy("commune"))
    def place(self, obj):
        return obj.place_text or "–"

    @admin.display(description=gettext_lazy("needs"))
    def needs(self, obj):
        return ", ".join(map(str, obj.categories.all())) or "–"

    @admin.display(description=gettext_lazy("check"))
    def last_check(self, obj):
        when = ago(obj.confirmed_at) if obj.confirmed_at else ""
        return format_html('<span class="check check--{}">{}</span> {}', obj.check_state, obj.check_state.label, when)

    @admin.display(description=gettext_lazy("next check"))
    def next_check_on(self, obj):
        return date_format(obj.next_check)

    # --- The form

    def get_fieldsets(self, request, obj=None):
        text, publication, *_shared = super().get_fieldsets(request, obj)
        return [text, publication, *((title, {"fields": names}) for title, names in self.facts)]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "commune_nis":
            return forms.ChoiceField(label=capfirst(db_field.verbose_name), choices=commune_choices, required=False)
        if db_field.name == "categories":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        elif db_field.name in ("street", "getting_there", "for_whom", "bring", "price_note"):
            kwargs["widget"] = admin.widgets.AdminTextInputWidget(attrs={"class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- After a save: what deserves a second look; nothing of it keeps anybody from saving

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._warn(request, Address.objects.get(pk=form.instance.pk))

    def _warn(self, request, address):
        twins = perhaps_twice(address)
        if twins:
            links = format_html_join(
                " · ", '<a href="{}">{}</a> ({})', ((self.admin_url("change", t.pk), t, why) for t, why in twins)
            )
            self.message_user(request, format_html("{} {}", _("Perhaps twice:"), links), messages.WARNING)
        if address.has_point and not gazetteer.point_in_belgium(address.latitude, address.longitude):
            words = _("The point on the map lies outside Belgium. Latitude and longitude may have changed places.")
            self.message_user(request, words, messages.WARNING)
        if not address.checks.exists():
            words = _("Nobody has checked this address yet: readers are told so.")
            self.message_user(request, self._with_check_link(request, words, address), messages.WARNING)

    def _with_check_link(self, request, words, address):
        if not self.may_check(request):
            return words
        href = reverse("admin:addresses_address_check", args=[address.pk])
        return format_html('{} <a href="{}">{}</a>', words, href, _("Record a check"))
