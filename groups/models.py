"""The groups that we coordinate, and who sits in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from content.models import KeyFigure
from organisations.models import BodyTranslation, Collective, Membership


class Group(Collective):
    """A group of organisations that we coordinate."""

    class Meta(Collective.Meta):
        verbose_name = _("group")
        verbose_name_plural = _("groups")


class GroupTranslation(BodyTranslation):
    master = TranslationsForeignKey(Group, models.CASCADE, related_name="translations", editable=False)

    class Meta(BodyTranslation.Meta):
        verbose_name = _("text of a group")
        verbose_name_plural = _("texts of groups")


class GroupMembership(Membership):
    body = models.ForeignKey(Group, models.CASCADE, related_name="seats", verbose_name=_("group"))

    class Meta(Membership.Meta):
        pass


class GroupFigure(KeyFigure):
    body = models.ForeignKey(Group, models.CASCADE, related_name="figures", verbose_name=_("group"))

    class Meta(KeyFigure.Meta):
        pass
