"""Public pages of publications, and the sections of policy recommendations and campaigns."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from content.languages import current_language
from content.views import ContentDetailView, ContentListView, PublicTemplateView
from organisations.models import Organisation
from publications import json_ld
from publications.filters import PublicationFilterSet
from publications.models import Edition, Kind, Level, Publication
from publications.querysets import NEWEST, chain_of, steps_to_newest

RELATED = 4


class PublicationListView(ContentListView):
    """All publications, newest first."""

    model = Publication
    filterset_class = PublicationFilterSet

    def get_queryset(self):
        self.filterset = PublicationFilterSet(self.request.GET, Publication.objects.all())
        language = current_language()
        public = Publication.objects.public_sorted(self.filterset.order, language)
        return self.filterset.narrow(public).with_editions().with_paper()

    def get_context_data(self, **kwargs):
        return super().get_context_data(feed=reverse("publications:feed"), **kwargs)


class PublicationDetailView(ContentDetailView):
    """One publication: its editions, whether it still holds, what it replaces."""

    model = Publication

    def with_relations(self, queryset):
        editions = Prefetch("editions", queryset=Edition.objects.select_related("offer"))
        return queryset.with_themes().with_issuers().prefetch_related(editions)

    @cached_property
    def chain(self):
        """All that superseded one another, newest first; [] where there is only this one."""
        successors = chain_of(self.object)
        if len(successors) < 2:
            return []
        by_pk = {item.pk: item for item in Publication.objects.public_unordered().filter(pk__in=successors)}
        # A successor is one of them, or is not for readers.
        for item in (self.object, *by_pk.values()):
            item.superseded_by = by_pk.get(item.superseded_by_id)
        if len(by_pk) < 2:
            return []
        # Each comes after its successor, even where one between them is hidden; several lines stand by date.
        by_date = sorted(by_pk.values(), key=lambda item: (str(item.published_on), item.pk), reverse=True)
        return sorted(by_date, key=lambda item: steps_to_newest(item.pk, successors))

    @cached_property
    def related(self):
        """A few others on the same themes that still hold, the newest first."""
        themes = [theme.pk for theme in self.object.shown_themes]
        if not themes:
            return []
        on_theme = Publication.themes.through.objects.filter(theme__in=themes).values("publication")
        others = Publication.objects.public_unordered().in_force().filter(pk__in=on_theme)
        others = others.exclude(pk__in=[self.object.pk, *(item.pk for item in self.chain)])
        return list(others.order_by("-published_on", "-pk").prefetch_related("editions")[:RELATED])

    def structured_data(self):
        data = json_ld.publication(self.object, Organisation.objects.us())
        older = [item for item in self.chain if item.superseded_by_id == self.object.pk]
        if older:
            data["isBasedOn"] = [json_ld.address(item) for item in older]
        return data

    def get_context_data(self, **kwargs):
        return super().get_context_data(chain=self.chain, related=self.related, citation=self.citation(), **kwargs)

    def citation(self):
        """One line to copy: who, title, when, where."""
        row = self.object.shown
        us = Organisation.objects.us()
        parts = [us.shown.heading if us else "", row.title, self.object.published_on.text or _("date unknown")]
        return ", ".join(part for part in parts if part) + f". {json_ld.address(self.object)}"


class KindView(PublicTemplateView):
    """The publications of one kind on one page."""

    kind = None

    @cached_property
    def publications(self):
        language = current_language()
        public = Publication.objects.public_sorted(NEWEST, language).filter(kind=self.kind)
        return list(public.with_editions())

    def get_context_data(self, **kwargs):
        feed = reverse("publications:feed_of_kind", kwargs={"kind": self.kind})
        return super().get_context_data(feed=feed, **kwargs)


class RecommendationsView(KindView):
    """What we ask of those in power, level by level, and what became of it."""

    template_name = "publications/recommendations.html"
    kind = Kind.RECOMMENDATION

    def get_context_data(self, **kwargs):
        levels = [
            {
                "value": level.value,
                "title": level.label,
                "items": [item for item in self.publications if item.level == level],
            }
            for level in Level
        ]
        others = [item for item in self.publications if not item.level]
        levels.append({"value": "other", "title": _("Without a level of power"), "items": others})
        return super().get_context_data(levels=[level for level in levels if level["items"]], **kwargs)


class CampaignsView(KindView):
    """Our campaigns, those of today first."""

    template_name = "publications/campaigns.html"
    kind = Kind.CAMPAIGN

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            current=[item for item in self.publications if item.is_current_campaign],
            past=[item for item in self.publications if not item.is_current_campaign],
            **kwargs,
        )
