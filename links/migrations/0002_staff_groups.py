"""Editors make redirects and see the link report; publishers also delete redirects."""

from django.db import migrations

EDITORS = {
    "redirect": ("view", "add", "change"),
    "departure": ("view", "change"),
    "missingaddress": ("view", "change"),
    "link": ("view",),
}
RIGHTS = {
    "Editors": EDITORS,
    "Publishers": {**EDITORS, "redirect": (*EDITORS["redirect"], "delete")},
    "Translators": {"link": ("view",)},
}


def give_rights(apps, schema_editor):
    """Permissions are normally made after all migrations; here they are made on the spot, with the same names."""
    database = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for group_name, rights in RIGHTS.items():
        group, _made = groups.get_or_create(name=group_name)
        for model, actions in rights.items():
            content_type, _made = content_types.get_or_create(app_label="links", model=model)
            name = apps.get_model("links", model)._meta.verbose_name_raw
            for action in actions:
                permission, _made = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {name}"},
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("links", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
