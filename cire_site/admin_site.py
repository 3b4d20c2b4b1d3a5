"""The admin of this project."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class CireAdminConfig(AdminConfig):
    default_site = "cire_site.admin_site.CireAdminSite"


class CireAdminSite(AdminSite):
    """Stock Django admin."""
