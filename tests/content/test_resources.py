"""Any kind of content as a sheet: its columns written into cells and read back, imported whole or not at all."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group as StaffGroup
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext_lazy
from tablib import Dataset

from content.resources import ContentResource, SheetWords
from content.sheet_columns import (
    ChoiceColumn,
    DayColumn,
    ListColumn,
    LongTextColumn,
    ManyRelatedColumn,
    NumberColumn,
    RelatedColumn,
    StateColumn,
    TextColumn,
    text_columns,
)
from networks.models import Network
from organisations.models import Scope
from tests.makers import make_network, make_theme
from themes.models import Theme

pytestmark = pytest.mark.django_db
NO_THEME = gettext_lazy("No theme has the address “%(slug)s”.")


class NetworkResource(ContentResource):
    """Networks, as a stranger to this module would write their sheet."""

    class Meta:
        model = Network

    words = SheetWords(
        import_title="Import",
        export_title="Export",
        listed=ngettext_lazy("%(count)s network", "%(count)s networks", "count"),
        added=ngettext_lazy("%(count)s new network", "%(count)s new networks", "count"),
        unknown_key="No network has the key “%(key)s”.",
        leave_key_blank="Leave it blank for a new network.",
        may_not_add="You may not add networks.",
        needs_title="A network needs a title.",
        key_hint="Which network it is.",
        cells_hint="Several themes: “|” between them.",
    )

    def columns(self):
        return [
            ChoiceColumn("scope", Scope),
            ManyRelatedColumn("themes", Theme, unknown=NO_THEME),
            *text_columns(title=TextColumn, slug=TextColumn, summary=LongTextColumn, state=StateColumn),
        ]


def run(rows, **options):
    """Import rows (dicts); return {row number: {column: [reasons]}} of what is wrong."""
    dataset = Dataset(*(list(row.values()) for row in rows), headers=list(rows[0]))
    result = NetworkResource(**options).import_data(dataset, rollback_on_validation_errors=True)
    return {row.number: row.error_dict for row in result.invalid_rows}


@pytest.fixture
def networks():
    """A network in both languages on two themes, and one in French on none."""
    themes = [make_theme(fr={"slug": slug}, nl=None) for slug in ("asile", "logement")]
    both = make_network(
        fr={"title": "Réseau", "slug": "reseau", "summary": "Deux\nlignes"},
        nl={"title": "Netwerk", "slug": "netwerk", "state": "draft"},
        scope=Scope.EUROPEAN,
        themes=themes,
    )
    return both, make_network(fr={"title": "Autre"}, nl=None, scope=Scope.NATIONAL)


def exported():
    return NetworkResource().export().dict


def test_a_sheet_holds_the_key_the_facts_and_the_texts_of_each_language(networks):
    (row,) = [row for row in exported() if row["title_fr"] == "Réseau"]
    assert row == {
        "key": str(networks[0].key),
        "scope": "european",
        "themes": "asile | logement",
        **{"title_fr": "Réseau", "title_nl": "Netwerk", "slug_fr": "reseau", "slug_nl": "netwerk"},
        **{"summary_fr": "Deux\nlignes", "summary_nl": "", "state_fr": "published", "state_nl": "draft"},
    }


def test_what_was_exported_changes_nothing_when_it_is_imported(networks):
    before = exported()
    assert run(before) == {}
    assert exported() == before


def test_a_sheet_changes_and_adds(networks):
    rows = sorted(exported(), key=lambda row: row["title_fr"])
    rows[0] |= {"themes": "logement|logement", "title_nl": "Ander"}
    rows[1] |= {"themes": "", "summary_fr": "Une ligne"}
    rows.append(dict.fromkeys(rows[0], "") | {"scope": "brussels", "title_fr": "Neuf", "themes": "asile"})
    assert run(rows) == {}
    after = {row["title_fr"]: row for row in exported()}
    assert (after["Autre"]["themes"], after["Autre"]["title_nl"]) == ("logement", "Ander")
    assert (after["Réseau"]["themes"], after["Réseau"]["summary_fr"]) == ("", "Une ligne")
    assert (after["Neuf"]["themes"], after["Neuf"]["scope"]) == ("asile", "brussels")
    assert after["Neuf"]["state_fr"] == "draft"


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        ({"themes": "asile|prison"}, "themes", "prison"),
        ({"scope": "lunar"}, "scope", "lunar"),
        ({"key": "8f0f6a4e-5c0f-4c6e-9a38-000000000000"}, "key", "No network has the key"),
        ({"title_fr": ""}, "title_fr, title_nl", "A network needs a title."),
    ],
)
def test_a_wrong_row_is_told_in_the_words_of_its_kind_and_nothing_is_written(networks, cells, column, told):
    new = {"key": "", "scope": "brussels", "themes": "", "title_fr": "Neuf"}
    before = exported()
    wrong = run([new, {**new, "title_fr": "Neuf aussi", **cells}])
    assert told in " ".join(map(str, wrong[2][column]))
    assert exported() == before


def test_who_may_not_add_is_told_so(networks):
    wrong = run([{"key": "", "scope": "brussels", "title_fr": "Neuf"}], may_add=False)
    assert wrong[1]["key"] == ["You may not add networks."]


# --- Columns -----------------------------------------------------------------------------------------------------


def written_and_read(column, value):
    """Return (the cell that a value is written into, the value that is read from that cell)."""
    column.load()
    holder, again = (SimpleNamespace(**{column.attribute: value}) for _ in range(2))
    cell = column.export(holder)
    column.save(again, {column.column_name: f" {cell} "})
    return cell, getattr(again, column.attribute)


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        (DayColumn("day"), datetime.date(2026, 11, 23), "2026-11-23"),
        (DayColumn("day"), None, ""),
        (NumberColumn("number"), Decimal("50.850000"), "50.85"),
        (NumberColumn("number"), Decimal("100"), "100"),
        (NumberColumn("number"), Decimal("-0.5"), "-0.5"),
        (NumberColumn("number"), None, ""),
        (ListColumn("languages"), ["nl", "fr"], "nl | fr"),
        (ListColumn("languages"), [], ""),
        (RelatedColumn("theme", Theme, unknown=NO_THEME), None, ""),
    ],
)
def test_a_value_is_read_back_from_the_cell_that_it_was_written_into(column, value, cell):
    assert written_and_read(column, value) == (cell, value)


def test_a_row_of_another_kind_is_named_by_its_address_in_either_language_or_by_a_column():
    theme = make_theme(fr={"slug": "logement"}, nl={"slug": "huisvesting"})
    column = RelatedColumn("theme", Theme, unknown=NO_THEME)
    assert written_and_read(column, theme) == ("logement", theme)
    assert column.read("huisvesting", None) == theme
    group = StaffGroup.objects.create(name="callers")
    assert written_and_read(RelatedColumn("group", StaffGroup, unknown="", by="name"), group) == ("callers", group)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (DayColumn("day"), "2026-02-30"),
        (DayColumn("day"), "23/11/2026"),
        (NumberColumn("number"), "north"),
        (NumberColumn("number"), "NaN"),
        (NumberColumn("number"), "Infinity"),
        (NumberColumn("number"), "1.2.3"),
        (NumberColumn("number"), "1E999999999"),
        (RelatedColumn("theme", Theme, unknown=NO_THEME), "prison"),
    ],
)
def test_a_cell_that_means_nothing_is_named(column, cell):
    column.load()
    with pytest.raises(ValidationError) as refused:
        column.read(cell, None)
    assert cell in refused.value.messages[0]


def test_a_comma_is_taken_for_the_point_of_a_number():
    assert NumberColumn("number").read("50,85", None) == Decimal("50.85")
