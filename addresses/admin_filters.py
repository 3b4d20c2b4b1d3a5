"""Filters of the list of addresses in the admin."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses import gazetteer
from addresses.admin_queue import in_check_state, incomplete
from addresses.checking import CheckState
from addresses.models import Address, Category
from content.folding import sort_key


class NeedFilter(admin.SimpleListFilter):
    """Addresses for a need."""

    title = gettext_lazy("need")
    parameter_name = "need"

    def lookups(self, request, model_admin):
        return [(category.key, str(category)) for category in Category.objects.all()]

    def queryset(self, request, queryset):
        if self.value():
            through = Address.categories.through.objects.filter(address=OuterRef("pk"))
            return queryset.filter(Exists(through.filter(category__key=self.value())))
        return queryset


class CheckStateFilter(admin.SimpleListFilter):
    """What readers are told of the last check."""

    title = gettext_lazy("check")
    parameter_name = "check"

    def lookups(self, request, model_admin):
        return CheckState.choices

    def queryset(self, request, queryset):
        return in_check_state(queryset, self.value()) if self.value() in CheckState.values else queryset


def _communes_used():
    found = Address.objects.exclude(commune_nis="").order_by().values_list("commune_nis", flat=True).distinct()
    return [commune for nis in found if (commune := gazetteer.commune(nis))]


class AreaFilter(admin.SimpleListFilter):
    """Addresses of a province, or of Brussels."""

    title = gettext_lazy("province")
    parameter_name = "province"

    def lookups(self, request, model_admin):
        areas = {**gazetteer.regions(), **gazetteer.provinces()}
        used = {commune.area for commune in _communes_used()}
        return sorted(((key, areas[key].name) for key in used), key=lambda area: sort_key(area[1]))

    def queryset(self, request, queryset):
        if self.value():
            communes = [commune.nis for commune in gazetteer.communes().values() if commune.area == self.value()]
            return queryset.filter(commune_nis__in=communes)
        return queryset


class CommuneFilter(admin.SimpleListFilter):
    """Addresses of a municipality."""

    title = gettext_lazy("commune")
    parameter_name = "commune"

    def lookups(self, request, model_admin):
        names = ((commune.nis, commune.name) for commune in _communes_used())
        return sorted(names, key=lambda commune: sort_key(commune[1]))

    def queryset(self, request, queryset):
        return queryset.filter(commune_nis=self.value()) if self.value() else queryset


class IncompleteFilter(admin.SimpleListFilter):
    """Addresses of which readers know neither where they are nor how to call them."""

    title = gettext_lazy("what is missing")
    parameter_name = "incomplete"

    def lookups(self, request, model_admin):
        return [("1", capfirst(_("no place, telephone or e-mail")))]

    def queryset(self, request, queryset):
        if self.value() == "1":
            return queryset.filter(incomplete())
        return queryset
