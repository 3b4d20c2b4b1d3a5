"""The assembly and its admin, as Django apps."""

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.contrib.admin import sites


class CireSiteConfig(AppConfig):
    name = "cire_site"
    default = True


class CireAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "cire_site.admin_site.CireAdminSite"

    def ready(self):
        """Leave out the list of background jobs: what waits of them is told on the start page, in words."""
        super().ready()
        sites.site.unregister(apps.get_model("django_tasks_database.DBTaskResult"))
