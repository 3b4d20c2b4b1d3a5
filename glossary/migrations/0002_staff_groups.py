"""Editors, Publishers and Translators get their rights here."""

from django.db import migrations

from accounts.staff_groups import give_rights_on


class Migration(migrations.Migration):
    dependencies = [
        ("glossary", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [give_rights_on("glossary", "term")]
