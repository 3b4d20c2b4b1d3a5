"""Publications: brochures, guides, recommendations, campaigns. Their editions stand in publications/editions.py."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from content.fields import PartialDateField
from content.languages import CODES, current_language
from content.models import Content, ContentTranslation, in_order
from content.partial_dates import PartialDate
from content.pictures import file_names
from organisations.models import not_earlier
from publications.editions import Edition, FileState
from publications.querysets import PublicationManager

__all__ = [
    "Edition",
    "FileState",
    "Kind",
    "Level",
    "Outcome",
    "Publication",
    "PublicationTranslation",
    "Validity",
]


class Kind(models.TextChoices):
    """What sort of publication it is."""

    BROCHURE = "brochure", _("brochure")
    GUIDE = "guide", _("guide")
    RECOMMENDATION = "recommendation", _("policy recommendation")
    CAMPAIGN = "campaign", _("campaign")
    STUDY = "study", _("study")
    POSITION = "position", _("position")
    POSTER = "poster", _("poster")
    LEAFLET = "leaflet", _("leaflet")
    TEACHING_TOOL = "teaching_tool", _("teaching tool")


class Level(models.TextChoices):
    """The level of power that a recommendation is addressed to."""

    FEDERAL = "federal", _("federal State")
    REGION = "region", _("Regions")
    COMMUNITY = "community", _("Communities")
    EUROPEAN = "european", _("European Union")
    LOCAL = "local", _("municipalities")


class Outcome(models.TextChoices):
    """What became of a recommendation."""

    PROPOSED = "proposed", _("proposed")
    TAKEN_UP = "taken_up", _("taken up")
    ADOPTED = "adopted", _("adopted")
    REJECTED = "rejected", _("rejected")


class Validity(models.TextChoices):
    """Whether a reader may rely on it; always derived."""

    IN_FORCE = "in_force", _("in force")
    UNDER_REVISION = "under_revision", _("under revision")
    SUPERSEDED = "superseded", _("superseded by a newer publication")
    NO_LONGER_VALID = "no_longer_valid", _("no longer valid")


class Publication(Content):
    """Something that we publish: a brochure, a guide, a recommendation, a campaign…"""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.BROCHURE)
    published_on = PartialDateField(_("published on"))
    themes = models.ManyToManyField("themes.Theme", verbose_name=_("themes"), related_name="publications", blank=True)
    networks = models.ManyToManyField(
        "networks.Network", verbose_name=_("issued by networks"), related_name="publications", blank=True
    )
    groups = models.ManyToManyField(
        "groups.Group", verbose_name=_("issued by groups"), related_name="publications", blank=True
    )
    organisations = models.ManyToManyField(
        "organisations.Organisation", verbose_name=_("co-published with"), related_name="publications", blank=True
    )
    responsible_editor = models.CharField(_("responsible editor"), max_length=200, blank=True)
    legal_deposit = models.CharField(_("legal deposit"), max_length=60, blank=True)

    law_as_of = PartialDateField(_("law as of"))
    under_revision = models.BooleanField(_("under revision"), default=False)
    no_longer_valid = models.BooleanField(_("no longer valid"), default=False)
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,  # deleting a successor would silently put an old guide in force again
        verbose_name=_("superseded by"),
        related_name="predecessors",
        null=True,
        blank=True,
        help_text=_("The newer publication. Readers are sent there as soon as it is public."),
    )

    level = models.CharField(_("level of power"), max_length=20, choices=Level, blank=True)
    outcome = models.CharField(_("what became of it"), max_length=20, choices=Outcome, blank=True)
    outcome_on = PartialDateField(_("since"))

    campaign_from = PartialDateField(_("campaign from"))
    campaign_until = PartialDateField(_("campaign until"))

    objects = PublicationManager()

    class Meta(Content.Meta):
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = (
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("pk")),
                name="publication_not_superseded_by_itself",
                violation_error_message=_("A publication cannot supersede itself."),
            ),
            models.CheckConstraint(
                condition=not_earlier("campaign_until", "campaign_from"),
                name="publication_campaign_not_over_before_it_began",
                violation_error_message=_("The end of the campaign cannot come before its start."),
            ),
            models.CheckConstraint(
                condition=Q(level="") | Q(kind=Kind.RECOMMENDATION),
                name="publication_only_recommendations_have_a_level",
                violation_error_message=_("Only a policy recommendation is addressed to a level of power."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on="") | Q(kind=Kind.RECOMMENDATION),
                name="publication_only_recommendations_have_an_outcome",
                violation_error_message=_("Only a policy recommendation is adopted or rejected."),
            ),
            models.CheckConstraint(
                condition=Q(campaign_from="", campaign_until="") | Q(kind=Kind.CAMPAIGN),
                name="publication_only_campaigns_have_a_period",
                violation_error_message=_("Only a campaign has a period."),
            ),
        )
        indexes = (models.Index(fields=["published_on", "id"], name="publication_by_date"),)

    def clean(self):
        """Refuse a circle of publications that supersede one another."""
        super().clean()
        seen, successor = {self.pk}, self.superseded_by
        while successor is not None:
            if successor.pk in seen:
                raise ValidationError(
                    {
                        "superseded_by": _("This makes a circle: “%(title)s” is itself superseded by this publication.")
                        % {"title": self.superseded_by}
                    }
                )
            seen.add(successor.pk)
            successor = successor.superseded_by

    def media_names(self):
        return super().media_names().union(*(file_names(edition) for edition in self.editions.all()))

    def download_name(self, name):
        for edition in self.editions.all():
            if edition.pdf and edition.pdf.name == name:
                # The same for everybody: by the edition's language, not by the reader's.
                language = next((code for code in edition.languages if code in CODES), CODES[0])
                return f"{self.translation_shown_in(language).slug}-{'-'.join(edition.languages)}.pdf"
        return ""

    # --- What readers see

    @cached_property
    def shown_themes(self):
        """The themes that are published, in the order of their names; none where they were not fetched."""
        return in_order(getattr(self, "public_themes", ()))

    @cached_property
    def shown_networks(self):
        """The networks that issued it."""
        return in_order(self.public_networks)

    @cached_property
    def shown_groups(self):
        """The groups that issued it."""
        return in_order(self.public_groups)

    @cached_property
    def shown_organisations(self):
        """The organisations that it was published with."""
        return in_order(self.public_organisations)

    @property
    def validity(self):
        """The Validity for readers; superseded only by something that they can see (see with_editions)."""
        if self.no_longer_valid:
            return Validity.NO_LONGER_VALID
        if self.superseded_by_id and self.superseded_by is not None and self.superseded_by.public_translations:
            return Validity.SUPERSEDED
        return Validity.UNDER_REVISION if self.under_revision else Validity.IN_FORCE

    @property
    def is_in_force(self):
        return self.validity in (Validity.IN_FORCE, Validity.UNDER_REVISION)

    @property
    def kind_text(self):
        return self.get_kind_display()

    @cached_property
    def shown_editions(self):
        """The editions, the reader's language first, then the site's, then the others."""
        language = current_language()
        return sorted(
            self.editions.all(),
            key=lambda edition: (
                language != edition.lang,
                language not in edition.languages,
                "fr" not in edition.languages,
                edition.language_key,
            ),
        )

    @property
    def cover_picture(self):
        """The cover that stands for the publication: that of the first edition that has one."""
        return next((edition.cover_picture for edition in self.shown_editions if edition.cover), None)

    @property
    def is_current_campaign(self):
        """Whether the campaign is going on today; one without dates is taken to be."""
        today = PartialDate.today()
        return not (self.campaign_until and self.campaign_until.is_before(today)) and not today.is_before(
            self.campaign_from
        )


class PublicationTranslation(ContentTranslation):
    master = TranslationsForeignKey(Publication, models.CASCADE, related_name="translations", editable=False)
    subtitle = models.CharField(_("subtitle"), max_length=250, blank=True)
    series = models.CharField(_("series"), max_length=120, blank=True)
    action_label = models.CharField(
        _("call to action"), max_length=80, blank=True, help_text=_("Campaigns: what readers can do, in a few words.")
    )
    action_url = models.URLField(_("link of the call to action"), blank=True)

    name_columns = (*ContentTranslation.name_columns, "subtitle", "series")
    translated_columns = (*ContentTranslation.translated_columns, "subtitle", "series", "action_label")

    class Meta(ContentTranslation.Meta):
        verbose_name = _("text of a publication")
        verbose_name_plural = _("texts of publications")
        constraints = (
            *ContentTranslation.Meta.constraints,
            models.CheckConstraint(
                condition=Q(action_url="") | ~Q(action_label=""),
                name="%(class)s_action_has_words",
                violation_error_message=_("A link needs words that say what it does."),
            ),
        )
