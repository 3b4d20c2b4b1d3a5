"""Publications as readers see them: newest first, with their editions, marked where they no longer hold."""

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Prefetch, When
from parler.managers import TranslatableManager

from content.querysets import ContentQuerySet, is_public
from themes.models import Theme

NEWEST, OLDEST, TITLE = "newest", "oldest", "title"

# Both databases know recursive queries; the ORM does not. UNION (not ALL) ends on a circle.
CHAIN_SQL = """
WITH RECURSIVE chain(id) AS (
    SELECT CAST(%s AS bigint)
    UNION
    SELECT other.id FROM {table} other, {table} one, chain
    WHERE one.id = chain.id AND (other.id = one.superseded_by_id OR other.superseded_by_id = one.id)
)
SELECT id, superseded_by_id FROM {table} WHERE id IN (SELECT id FROM chain)
"""


class PublicationQuerySet(ContentQuerySet):
    """Publications."""

    def public_sorted(self, order, language):
        """What readers see: newest first (those without a date last), oldest first, or by title."""
        if order == TITLE:
            return self.public(language)
        if order == OLDEST:
            # Without a date comes last here too.
            return self.public_unordered().order_by(
                Case(When(published_on="", then=1), default=0), "published_on", "pk"
            )
        return self.public_unordered().order_by("-published_on", "-pk")

    def in_force(self):
        """Those that still hold: neither out of date nor superseded by something that readers can see."""
        rows = self.translation_model.objects.filter(is_public(), master=OuterRef("superseded_by"))
        return self.filter(~Exists(rows), no_longer_valid=False)

    def on_paper(self):
        """Those that still hold, with an edition of which printed copies can be ordered."""
        return self.in_force().filter(self.has_copies())

    def with_paper(self):
        """Say of each, as `has_copies`, whether printed copies can be ordered; costs no query."""
        return self.annotate(has_copies=self.has_copies())

    def has_copies(self):
        """The condition "printed copies of an edition can be ordered", which a room above this one knows about."""
        editions = self.model._meta.get_field("editions").related_model
        offers = editions._meta.get_field("offer").related_model.objects.orderable()
        return Exists(offers.filter(edition__publication=OuterRef("pk")))

    def with_editions(self):
        """Fetch what a list shows: editions, themes, and the successor (None where readers may not see it)."""
        return self.with_themes().prefetch_related(
            "editions", Prefetch("superseded_by", queryset=self.model.objects.public_unordered())
        )

    def with_themes(self):
        """Fetch the themes that are published."""
        return self.prefetch_related(
            Prefetch("themes", queryset=Theme.objects.public_unordered(), to_attr="public_themes")
        )

    def with_issuers(self):
        """Fetch who issued it, as far as that is published."""
        issuers = []
        for name in ("networks", "groups", "organisations"):
            related = self.model._meta.get_field(name).related_model
            issuers.append(Prefetch(name, queryset=related.objects.public_unordered(), to_attr=f"public_{name}"))
        return self.prefetch_related(*issuers)


def chain_of(publication):
    """Return all that is linked to one by "superseded by", itself included: {primary key: that of its successor}.

    One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHAIN_SQL.format(table=publication._meta.db_table), [publication.pk])
        return dict(cursor.fetchall())


def steps_to_newest(key, successors):
    """Return how many publications came after one, given what `chain_of` returns; ends on a circle too."""
    passed = {key}
    while (key := successors.get(key)) is not None and key not in passed:
        passed.add(key)
    return len(passed)


class PublicationManager(TranslatableManager.from_queryset(PublicationQuerySet)):
    """The manager of publications."""
