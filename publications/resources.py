"""Publications as rows of a sheet: which columns there are, and what a file may not say about them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from content.resources import ContentResource, SheetWords, as_key
from content.sheet_columns import (
    ChoiceColumn,
    Column,
    DateColumn,
    LongTextColumn,
    ManyRelatedColumn,
    RichTextColumn,
    SameKindColumn,
    StateColumn,
    TextColumn,
    YesColumn,
    text_columns,
)
from publications.models import Kind, Level, Outcome, Publication
from themes.models import Theme


class PublicationResource(ContentResource):
    """Exports and imports publications, without their editions."""

    class Meta:
        model = Publication

    words = SheetWords(
        import_title=gettext_lazy("Import publications"),
        export_title=gettext_lazy("Export publications"),
        listed=ngettext_lazy(
            "%(count)s publication of the list, as it is filtered now.",
            "%(count)s publications of the list, as it is filtered now.",
            "count",
        ),
        added=ngettext_lazy("%(count)d new publication", "%(count)d new publications", "count"),
        unknown_key=gettext_lazy("No publication has the key “%(key)s”."),
        leave_key_blank=gettext_lazy("Leave the cell blank for a new publication."),
        may_not_add=gettext_lazy("You may change publications but not add new ones."),
        needs_title=gettext_lazy("A new publication needs a title in at least one language."),
        key_hint=gettext_lazy("“key” says which publication a row is about. Blank: a new one."),
        cells_hint=gettext_lazy(
            "Dates: a year (1989), a month (2018-12) or a day (2012-12-20). Several themes: their addresses, "
            "with “|” between them."
        ),
    )

    def columns(self):
        return [
            ChoiceColumn("kind", Kind),
            DateColumn("published_on"),
            DateColumn("law_as_of"),
            YesColumn("under_revision"),
            YesColumn("no_longer_valid"),
            SameKindColumn("superseded_by"),
            ChoiceColumn("level", Level),
            ChoiceColumn("outcome", Outcome),
            *(DateColumn(name) for name in ("outcome_on", "campaign_from", "campaign_until")),
            *(Column(name) for name in ("responsible_editor", "legal_deposit")),
            ManyRelatedColumn("themes", Theme, unknown=gettext_lazy("No theme has the address “%(slug)s”.")),
            *text_columns(
                title=TextColumn,
                subtitle=TextColumn,
                series=TextColumn,
                slug=TextColumn,
                summary=LongTextColumn,
                text=RichTextColumn,
                state=StateColumn,
            ),
        ]

    def before_import(self, dataset, **kwargs):
        super().before_import(dataset, **kwargs)
        # What supersedes what once the file is imported.
        superseded = Publication.objects.exclude(superseded_by=None)
        self.successors = dict(superseded.values_list("key", "superseded_by__key")) | {
            as_key(row["key"]): as_key(row["superseded_by"]) for row in dataset.dict if "superseded_by" in row
        }

    def row_errors(self, instance, row, row_number):
        errors = super().row_errors(instance, row, row_number)
        if instance._state.adding:
            if not row.get("kind", "").strip():
                choices = ", ".join(Kind.values)
                errors["kind"] = [_("A new publication needs a kind: %(choices)s.") % {"choices": choices}]
        elif "superseded_by" in row and self.makes_circle(instance.key):
            errors["superseded_by"] = [_("With this file, the publication would be superseded by itself in the end.")]
        return errors

    def makes_circle(self, key):
        """Whether the file makes a publication supersede itself in the end."""
        seen, successor = set(), self.successors.get(key)
        while successor and successor != key and successor not in seen:
            seen.add(successor)
            successor = self.successors.get(successor)
        return successor == key
