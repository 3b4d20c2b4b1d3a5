"""The telephone numbers of addresses, and how they are dialled."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import WordsField
from content.language_fields import LanguagesField, in_words

#: What people write between the digits of a telephone number.
PHONE = r"^\+?[0-9][0-9 ./()-]{2,24}$"
#: How many languages an address, or one of its numbers, can have; more is a mistake.
MOST_LANGUAGES = 40


class Phone(models.Model):
    """A telephone number, what it is for and in which languages it is answered."""

    address = models.ForeignKey("addresses.Address", models.CASCADE, related_name="phones", verbose_name=_("address"))
    number = models.CharField(
        pgettext_lazy("a telephone", "number"),
        max_length=30,
        validators=[RegexValidator(PHONE, _("Only digits, spaces and + . / ( ) -, for example 02 000 00 00."))],
    )
    digits = models.CharField(max_length=30, editable=False, db_index=True)
    label = WordsField(_("what it is for"), max_length=120, blank=True)
    languages = LanguagesField(_("languages"), blank=True, most=MOST_LANGUAGES)

    class Meta:
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        self.digits = international(self.number)
        super().save(*args, **kwargs)

    @property
    def href(self):
        """For a link that calls: "tel:+3220000000"."""
        return f"tel:{international(self.number)}"

    @property
    def languages_text(self):
        return in_words(self.languages) if self.languages else ""


def international(number):
    """Return a number as it is dialled from anywhere (E.164, RFC 3966): "02 000 00 00" gives "+3220000000".

    Numbers without a country are Belgian; short ones (112, 1030…) stay as they are.
    """
    digits = "".join(char for char in number.replace("(0)", "") if char.isdigit())
    if number.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+32{digits[1:]}" if digits.startswith("0") else digits
