"""Publishers see what was sent and what waits, and may have it tried again; what an e-mail says is not theirs to read."""

from django.db import migrations

GROUP = "Publishers"
MODEL = "outboxmessage"
ACTIONS = ("view", "retry")


def give_rights(apps, schema_editor):
    """Permissions are normally made after all migrations; here they are made on the spot, with the same names."""
    database = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    group, _made = apps.get_model("auth", "Group").objects.using(database).get_or_create(name=GROUP)
    content_type, _made = content_types.get_or_create(app_label="intake", model=MODEL)
    name = apps.get_model("intake", MODEL)._meta.verbose_name_raw
    for action in ACTIONS:
        permission, _made = permissions.get_or_create(
            content_type=content_type,
            codename=f"{action}_{MODEL}",
            defaults={"name": f"Can {action} {name}"},
        )
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
