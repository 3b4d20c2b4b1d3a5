"""Editors, Publishers and Translators get their rights here; a new site starts with a menu."""

from django.db import migrations

from accounts.staff_groups import EDITORS, PUBLISHERS, TRANSLATORS, give_rights_on
from pages.starting_menu import make_menu


def start_menu(apps, schema_editor):
    make_menu(apps.get_model("pages", "MenuEntry"))


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(start_menu, migrations.RunPython.noop),
        give_rights_on("pages", "page"),
        # An entry is public as soon as it is saved: that is for those who publish.
        give_rights_on(
            "pages",
            "menuentry",
            rights={EDITORS: ("view",), PUBLISHERS: ("view", "add", "change", "delete"), TRANSLATORS: ("view",)},
        ),
    ]
