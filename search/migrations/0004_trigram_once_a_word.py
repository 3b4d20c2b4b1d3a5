"""A trigram stands once for a word, whoever writes it at once; a mark tells that all texts were indexed."""

from django.db import migrations, models
from django.db.models import Min


def delete_doubles(apps, schema_editor):
    trigrams = apps.get_model("search", "Trigram").objects
    first = trigrams.values("letters", "word").annotate(first=Min("pk")).values("first")
    trigrams.exclude(pk__in=first).delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0003_staff_groups")]

    operations = [
        migrations.CreateModel(
            name="WholeIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(delete_doubles, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="trigram", name="trigram_of_words"),
        migrations.AddConstraint(
            model_name="trigram",
            constraint=models.UniqueConstraint(fields=("letters", "word"), name="trigram_once_a_word"),
        ),
    ]
