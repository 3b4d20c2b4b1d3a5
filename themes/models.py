"""The subjects that tie networks, groups and later everything else together."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from content.models import Content, ContentTranslation


class Theme(Content):
    """A subject that we work on, such as housing or detention."""

    class Meta(Content.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class ThemeTranslation(ContentTranslation):
    master = TranslationsForeignKey(Theme, models.CASCADE, related_name="translations", editable=False)

    class Meta(ContentTranslation.Meta):
        verbose_name = _("text of a theme")
        verbose_name_plural = _("texts of themes")
