"""Staff users: who signs in to the admin, in which language, and in which languages they write."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def site_languages():
    """Return the site's languages as choices: by a function, so that a new language needs no migration."""
    return settings.LANGUAGES


def site_language():
    """Return the code of the site's first language."""
    return settings.LANGUAGE_CODE


def every_language():
    """Return the codes of all the site's languages: the default for a new member of staff."""
    return [code for code, name in settings.LANGUAGES]


def only_site_languages(value):
    """Refuse anything but a list of the site's language codes."""
    if not isinstance(value, list) or not all(code in every_language() for code in value):
        raise ValidationError(_("Choose among the site’s languages."))


class User(AbstractUser):
    """A member of staff or a translator."""

    language = models.CharField(
        _("language of the admin"), max_length=12, choices=site_languages, default=site_language
    )
    languages = models.JSONField(
        _("writes in"),
        default=every_language,
        blank=True,
        validators=[only_site_languages],
        help_text=_("Texts in other languages can be read but not changed."),
    )

    def may_write(self, language):
        """Whether this person may change texts in `language`."""
        return self.is_superuser or language in self.languages
