"""The assembly and its admin, as Django apps."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class CireSiteConfig(AppConfig):
    name = "cire_site"
    default = True


class CireAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "cire_site.admin_site.CireAdminSite"
