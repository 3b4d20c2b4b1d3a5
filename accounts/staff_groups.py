"""The groups of staff, and how a room's migration gives them their rights on what it brings."""

from django.db import migrations

EDITORS, PUBLISHERS, TRANSLATORS = "Editors", "Publishers", "Translators"
#: Handles orders, which hold personal data, and has no rights on content.
ORDERS_DESK = "Orders desk"

#: What each group may do on a content model, as Django permission actions.
RIGHTS = {
    EDITORS: ("view", "add", "change", "translate"),
    PUBLISHERS: ("view", "add", "change", "translate", "publish", "delete"),
    TRANSLATORS: ("view", "translate"),
}


def give_rights_on(app_label, *model_names, rights=RIGHTS):
    """Return a migration operation that makes the groups where absent and gives them their rights on models.

    `rights`: {group: actions}, those on content by default.

    Permissions are normally made after all migrations; here they are made on the spot, with the same names.
    """

    def forwards(apps, schema_editor):
        content_types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
        permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
        groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
        for model_name in model_names:
            model = apps.get_model(app_label, model_name)
            content_type, _made = content_types.get_or_create(app_label=app_label, model=model_name)
            for group_name, actions in rights.items():
                group, _made = groups.get_or_create(name=group_name)
                for action in actions:
                    permission, _made = permissions.get_or_create(
                        content_type=content_type,
                        codename=f"{action}_{model_name}",
                        defaults={"name": f"Can {action} {model._meta.verbose_name_raw}"},
                    )
                    group.permissions.add(permission)

    return migrations.RunPython(forwards, migrations.RunPython.noop)
