"""The networks that we belong to, and our role in each."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from content.models import KeyFigure
from organisations.models import BodyTranslation, Collective, Membership


class Network(Collective):
    """A network of organisations that we sit in."""

    class Meta(Collective.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")


class NetworkTranslation(BodyTranslation):
    master = TranslationsForeignKey(Network, models.CASCADE, related_name="translations", editable=False)

    class Meta(BodyTranslation.Meta):
        verbose_name = _("text of a network")
        verbose_name_plural = _("texts of networks")


class NetworkMembership(Membership):
    body = models.ForeignKey(Network, models.CASCADE, related_name="seats", verbose_name=_("network"))

    class Meta(Membership.Meta):
        pass


class NetworkFigure(KeyFigure):
    body = models.ForeignKey(Network, models.CASCADE, related_name="figures", verbose_name=_("network"))

    class Meta(KeyFigure.Meta):
        pass
