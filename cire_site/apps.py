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
        """Leave out what parts bring: background jobs, which the start page tells in words, and second factors.

        Those pages show the secrets of phones and the backup codes; ours is accounts/admin.py.
        """
        super().ready()
        for label in ("django_tasks_database.DBTaskResult", "otp_static.StaticDevice", "otp_totp.TOTPDevice"):
            sites.site.unregister(apps.get_model(label))
