"""All staff see what readers looked for in vain; Publishers may delete it."""

from django.db import migrations

from accounts.staff_groups import EDITORS, PUBLISHERS, TRANSLATORS, give_rights_on

RIGHTS = {EDITORS: ("view",), PUBLISHERS: ("view", "delete"), TRANSLATORS: ("view",)}


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_full_text"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [give_rights_on("search", "missedsearch", rights=RIGHTS)]
