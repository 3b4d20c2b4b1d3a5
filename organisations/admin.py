"""The admin of organisations, and what the admins of networks and groups have in common."""

from django.contrib import admin
from django.db.models import PROTECT, Prefetch
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from content.admin import ContentAdmin, FigureInline
from content.admin_widgets import ChoicesMixin
from organisations.admin_forms import RowsFormSet, SeatFormSet
from organisations.models import Organisation

BODY_TEXT = ("title", "title_language", "name_explained", "acronym", "short_name", "slug", "website", "summary", "text")


class PartOfBodyInline(ChoicesMixin, admin.options.InlineModelAdmin):
    """Rows that belong to a network or group: whoever may change it may change them."""

    formset = RowsFormSet

    def _may(self, request, action):
        meta = self.parent_model._meta
        return request.user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}")

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view")

    def has_add_permission(self, request, obj=None):
        return self._may(request, "change") or (obj is None and self._may(request, "add"))

    def has_change_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "change")


class SeatInline(PartOfBodyInline, admin.StackedInline):
    """Who sits in a network or group."""

    formset = SeatFormSet
    extra = 0
    autocomplete_fields = ("organisation", "mandated_by")
    fields = (
        ("organisation", "role", "to_be_confirmed"),
        ("since", "since_or_before", "until", "ended"),
        "mandated_by",
        "note",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation", "mandated_by")


class BodyFigureInline(PartOfBodyInline, FigureInline):
    """The key figures of a network or group."""


def _seats_of(organisations):
    """Yield each seat that organisations hold or mandated, with a link to its network or group."""
    for relation in Organisation._meta.related_objects:
        if relation.on_delete is not PROTECT:
            continue
        for seat in relation.related_model.objects.filter(**{f"{relation.field.name}__in": organisations}):
            meta = seat.body._meta
            address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[seat.body_id])
            yield format_html('{}: <a href="{}">{}</a> ({})', capfirst(meta.verbose_name), address, seat.body, seat)


@admin.register(Organisation)
class OrganisationAdmin(ContentAdmin):
    text_columns = BODY_TEXT
    shared_columns = ("kind", "founded", "ended", "logo", "logo_alt")
    list_columns = ("kind",)
    list_filter = ("kind",)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            # Which organisation the site is about is decided once, when it is installed.
            fieldsets.append((_("The site"), {"fields": ("is_site",)}))
        return fieldsets

    def get_deleted_objects(self, objs, request):
        """Say where the seats are that keep an organisation from being deleted."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, perms_needed, protected and list(_seats_of(objs))

    def has_delete_permission(self, request, obj=None):
        # The site cannot be without its own organisation.
        return super().has_delete_permission(request, obj) and not (obj and getattr(obj, "is_site", False))


class CollectiveAdmin(ContentAdmin):
    """Edits a network or group with its seats and figures."""

    text_columns = BODY_TEXT
    shared_columns = ("scope", "themes", "founded", "ended", "logo", "logo_alt")
    list_columns = ("our_roles", "theme_names")
    list_filter = ("scope",)
    autocomplete_fields = ("themes",)
    children = ("seats", "figures")

    def get_queryset(self, request):
        ours = self.model._meta.get_field("seats").related_model.objects.ours()
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("seats", queryset=ours, to_attr="fetched_our_seats"), "themes__translations")
        )

    @admin.display(description=_("our role"))
    def our_roles(self, obj):
        return ", ".join(seat.role_text for seat in obj.our_seats if seat.is_current) or "–"

    @admin.display(description=_("themes"))
    def theme_names(self, obj):
        return ", ".join(sorted(str(theme) for theme in obj.themes.all())) or "–"
