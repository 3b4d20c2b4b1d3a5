"""The admin of themes."""

from django.contrib import admin

from content.admin import ContentAdmin
from themes.models import Theme


@admin.register(Theme)
class ThemeAdmin(ContentAdmin):
    """Edits a theme."""
