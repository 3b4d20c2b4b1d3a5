"""Editors, Publishers and Translators get their rights here; the categories are there from the start."""

from django.db import migrations

from accounts.staff_groups import EDITORS, PUBLISHERS, TRANSLATORS, give_rights_on
from addresses.category_list import CATEGORIES


def make_categories(apps, schema_editor):
    category = apps.get_model("addresses", "Category").objects.using(schema_editor.connection.alias)
    for position, (key, french, dutch, check_months) in enumerate(CATEGORIES):
        category.get_or_create(
            key=key,
            defaults={"name": {"fr": french, "nl": dutch}, "check_months": check_months, "position": position},
        )


CHANGE = ("view", "add", "change")


class Migration(migrations.Migration):
    dependencies = [
        ("addresses", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(make_categories, migrations.RunPython.noop),
        give_rights_on("addresses", "address"),
        give_rights_on(
            "addresses",
            "category",
            rights={EDITORS: CHANGE, PUBLISHERS: (*CHANGE, "delete"), TRANSLATORS: ("view",)},
        ),
        give_rights_on("addresses", "check", rights={EDITORS: ("view", "add"), PUBLISHERS: ("view", "add")}),
        give_rights_on(
            "addresses",
            "report",
            rights={EDITORS: ("view", "change"), PUBLISHERS: ("view", "change", "delete")},
        ),
        give_rights_on("addresses", "confirmation", rights={EDITORS: CHANGE, PUBLISHERS: CHANGE}),
    ]
