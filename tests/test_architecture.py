"""The floors of the house: imports and relations between our apps only go down, and every app has a floor."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from networks.models import Network
from organisations.models import Organisation
from publications.models import Publication
from themes.models import Theme

# From the roof down; neighbours on one floor never see each other. Rooms that are not built yet have theirs already.
FLOORS = (
    ("cire_site",),
    ("api", "search"),
    ("orders",),
    ("publications",),
    ("networks", "groups", "addresses", "glossary", "pages"),
    ("organisations",),
    ("themes",),
    ("content", "links", "intake", "accounts"),
)
FLOOR = {app: number for number, floor in enumerate(FLOORS) for app in floor}
# What takes a module's or model's name as text.
BY_NAME = {"import_module", "import_string", "__import__", "get_model", "get_app_config"}


def is_below(app, other):
    return app == other or FLOOR[other] > FLOOR[app]


def local_apps(root):
    """The packages that lie directly in the house."""
    return sorted(folder.parent.name for folder in root.glob("*/__init__.py"))


def imported_by(source):
    """Return the names of all modules that a source text imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found += [str(node.args[0].value)] if name in BY_NAME else []
    return found


def upward_imports(root):
    """Return one sentence for every import that does not go down, and for every relative one."""
    found = []
    for path in sorted(path for app in local_apps(root) for path in (root / app).rglob("*.py")):
        app = path.relative_to(root).parts[0]
        for name in imported_by(path.read_text()):
            other = name.partition(".")[0]
            if not other:
                found.append(f"{path.relative_to(root)} has a relative import")
            elif other in FLOOR and not is_below(app, other):
                found.append(f"{path.relative_to(root)} imports {name}")
    return found


def upward_relations(all_models):
    """Return one sentence for every foreign key and many-to-many relation that does not go down."""
    return [
        f"{model._meta.label}.{field.name} leads to {field.related_model._meta.label}"
        for model in all_models
        if model._meta.app_label in FLOOR
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation and field.related_model and field.related_model._meta.app_label in FLOOR
        if not is_below(model._meta.app_label, field.related_model._meta.app_label)
    ]


# --- Our house -------------------------------------------------------------------------------------------------


def test_every_room_has_a_floor():
    assert [app for app in local_apps(settings.BASE_DIR) if app not in FLOOR] == []
    installed = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    assert sorted(config.label for config in installed) == local_apps(settings.BASE_DIR)


def test_imports_only_go_down():
    assert upward_imports(settings.BASE_DIR) == []


def test_foreign_keys_and_many_to_many_relations_only_go_down():
    assert upward_relations(apps.get_models(include_auto_created=True)) == []


# --- The checks ------------------------------------------------------------------------------------------------


@pytest.fixture
def planted(tmp_path):
    """Write a module into a house of its own; return what the check says."""

    def plant(path, source):
        for app in {"themes", "networks", "groups", Path(path).parts[0]}:
            (tmp_path / app).mkdir(exist_ok=True)
            (tmp_path / app / "__init__.py").touch()
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source)
        return upward_imports(tmp_path)

    return plant


@pytest.mark.parametrize(
    "source",
    [
        "from networks.models import Network\n",
        "import networks\n",
        "import os, networks.models as n\n",
        "def late():\n    from networks import models\n",
        "if TYPE_CHECKING:\n    from networks.models import Network\n",
        "from importlib import import_module\nimport_module('networks.models')\n",
        "from django.apps import apps\napps.get_model('networks.Network')\n",
        "from ..networks import models\n",
    ],
)
def test_a_planted_upward_import_is_found(planted, source):
    (sentence,) = planted("themes/views.py", source)
    assert sentence.startswith("themes/views.py ")


def test_a_planted_import_of_a_neighbour_is_found(planted):
    assert planted("groups/sample/loader.py", "from networks.models import Network\n") == [
        "groups/sample/loader.py imports networks.models"
    ]


def test_an_import_that_goes_down_or_stays_in_the_room_is_fine(planted):
    source = "import django\nfrom themes.models import Theme\nfrom networks.filters import x\n# import groups\n"
    assert planted("networks/views.py", source) == []


def test_a_planted_room_without_floor_is_found(tmp_path):
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").touch()
    assert [app for app in local_apps(tmp_path) if app not in FLOOR] == ["helpers"]


@isolate_apps("themes")
def test_a_planted_upward_foreign_key_is_found():
    class Planted(models.Model):  # noqa: DJ008
        network = models.ForeignKey(Network, models.CASCADE, related_name="+")

        class Meta:
            app_label = "themes"

    assert upward_relations([Planted]) == ["themes.Planted.network leads to networks.Network"]


@isolate_apps("groups")
def test_a_planted_relation_to_many_neighbours_is_found():
    class Planted(models.Model):  # noqa: DJ008
        networks = models.ManyToManyField(Network, related_name="+")
        allowed = models.ManyToManyField(Theme, related_name="+")

        class Meta:
            app_label = "groups"

    assert upward_relations([Planted]) == ["groups.Planted.networks leads to networks.Network"]


@isolate_apps("networks")
def test_a_network_does_not_know_its_publications_but_they_know_it():
    class Planted(models.Model):  # noqa: DJ008
        publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")

        class Meta:
            app_label = "networks"

    assert upward_relations([Planted]) == ["networks.Planted.publication leads to publications.Publication"]
    assert is_below("publications", "networks")
    assert is_below("publications", "groups")


@isolate_apps("networks")
def test_a_relation_that_goes_down_or_stays_in_the_room_is_fine():
    class Fine(models.Model):  # noqa: DJ008
        organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="+")
        network = models.ForeignKey(Network, models.CASCADE, related_name="+")
        itself = models.ForeignKey("self", models.CASCADE, related_name="+")

        class Meta:
            app_label = "networks"

    assert upward_relations([Fine]) == []
