"""The admin of free pages, and of the menu and the footer."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.admin import ContentAdmin
from content.kept_pages import note_change
from pages.menu import make_items
from pages.models import MenuEntry, Page, PageTranslation, Place


@admin.register(Page)
class PageAdmin(ContentAdmin):
    """Edits a free page."""

    shared_columns = ("parent", "position", "shows_contact", "leads_to")
    list_columns = ("parent_name", "position")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("parent__translations")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            pages = Page.objects.filter(parent__isnull=True).in_title_order().prefetch_related("translations")
            kwargs["queryset"] = pages
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def waiting_sections(self, request):
        """Name the pages that readers no longer find, because a section came that has their word."""
        rows = PageTranslation.objects.filter(slug__in=PageTranslation().refused_slugs()).order_by("pk")
        entries = [
            {
                "text": row.title,
                "kind": row.slug,
                "href": f"{self.admin_url('change', row.master_id)}?language={row.language_code}",
            }
            for row in rows
        ]
        section = {"title": gettext("Pages whose address a section has taken"), "entries": entries, "count": len(rows)}
        return [section] if entries else []

    @admin.display(description=_("below"))
    def parent_name(self, page):
        return str(page.parent) if page.parent else "–"


class MenuChangeList(ChangeList):
    """The list of entries, each with what readers see of it now."""

    def get_results(self, request):
        super().get_results(request)
        shown = {item.key: item for items in make_items()[0].values() for item in items}
        for entry in self.result_list:
            entry.item = shown.get(entry.pk)


@admin.register(MenuEntry)
class MenuEntryAdmin(admin.ModelAdmin):
    """Arranges the menu, the footer and what is most asked for; readers see a change at once."""

    list_display = ("name", "place", "leads_to", "position", "hidden", "is_shown")
    list_editable = ("position", "hidden")
    list_filter = ("place", "hidden")
    fields = ("place", "position", "hidden", "section", "page", "address", "label", "note")
    list_per_page = 100

    class Media:
        css = {"all": ("css/admin.css",)}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("page__translations")

    def get_changelist(self, request, **kwargs):
        return MenuChangeList

    def get_ordering(self, request):
        places = [When(place=place, then=number) for number, place in enumerate(Place.values)]
        return (Case(*places), "position", "pk")

    @admin.display(description=_("entry"))
    def name(self, entry):
        return entry.item.text if entry.item else str(entry)

    @admin.display(description=_("readers see it"), boolean=True)
    def is_shown(self, entry):
        return entry.item is not None

    @admin.display(description=_("leads to"))
    def leads_to(self, entry):
        return entry.target_text

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        note_change()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        note_change()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        note_change()
