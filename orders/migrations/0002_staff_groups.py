"""The Orders desk gets its rights here, and nobody else any."""

from django.db import migrations

from accounts.staff_groups import ORDERS_DESK, give_rights_on


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        give_rights_on("orders", "order", rights={ORDERS_DESK: ("view", "change", "export", "erase")}),
        give_rights_on("orders", "offer", rights={ORDERS_DESK: ("view", "add", "change")}),
        give_rights_on("orders", "stockmovement", rights={ORDERS_DESK: ("view", "add")}),
        give_rights_on("orders", "postagerate", rights={ORDERS_DESK: ("view", "add", "change", "delete")}),
    ]
