"""The admin of free pages, and of the menu and the footer."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.admin import ContentAdmin
from content.kept_pages import note_change
from pages.models import MenuEntry, Page, PageTranslation


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


@admin.register(MenuEntry)
class MenuEntryAdmin(admin.ModelAdmin):
    """Arranges the menu, the footer and what is most asked for; readers see a change at once."""

    list_display = ("name", "place", "leads_to", "position", "hidden")
    list_editable = ("position", "hidden")
    list_filter = ("place", "hidden")
    fields = ("place", "position", "hidden", "section", "page", "address", "label", "note")
    list_per_page = 100

    class Media:
        css = {"all": ("css/admin.css",)}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("page__translations")

    @admin.display(description=_("entry"))
    def name(self, entry):
        return str(entry)

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
