"""Useful addresses: who can go there, for what, in which languages; the words of Open Referral HSDS 3.0, made small."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from addresses import gazetteer
from addresses.booklet import Booklet
from addresses.checking import Check, CheckState, Confirmation, Report, advice, checked_text, doubt_text
from addresses.opening import Access, Audience, Desk, HoursKind, OpenPeriod, SpecialDay, not_over_before_it_began
from addresses.phones import MOST_LANGUAGES, PHONE, Phone, international
from addresses.querysets import AddressManager
from addresses.today import hours_today, stay_text, today_line
from content.fields import WordsField
from content.language_fields import LanguagesField, in_words, language_key
from content.languages import current_language, is_right_to_left, language_name, own_name
from content.models import Content, ContentTranslation

__all__ = [
    "PHONE",
    "Access",
    "Address",
    "AddressTranslation",
    "Audience",
    "Booklet",
    "Category",
    "Check",
    "CheckState",
    "Confirmation",
    "Desk",
    "HoursKind",
    "OpenPeriod",
    "Phone",
    "Report",
    "SpecialDay",
    "international",
]


class Category(models.Model):
    """A need that addresses answer, such as legal aid; and how often such addresses are checked."""

    key = models.SlugField(_("word in the address bar"), max_length=40, unique=True)
    name = WordsField(_("name"), max_length=120)
    check_months = models.PositiveSmallIntegerField(
        _("checked every … months"), default=6, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("category of addresses")
        verbose_name_plural = _("categories of addresses")
        ordering = ("position", "key")

    def __str__(self):
        return str(self.name)


class Papers(models.TextChoices):
    """Whether one is asked for a residence permit."""

    NOT_ASKED = "not_asked", _("no papers asked")
    ASKED = "asked", _("residence papers asked")
    UNKNOWN = "unknown", _("not known")


class Situation(models.TextChoices):
    """The residence situations that an address is for."""

    ASYLUM = "asylum", _("people asking for asylum")
    PROTECTED = "protected", _("people with refugee status or another protection")
    UNDOCUMENTED = "undocumented", _("people without residence papers")
    RESIDENT = "resident", _("people with a residence permit")
    EU = "eu", _("citizens of the European Union")


class Cost(models.TextChoices):
    """What it costs."""

    FREE = "free", _("free")
    PAID = "paid", _("to be paid")
    DEPENDS = "depends", _("depends on the situation")
    UNKNOWN = "unknown", _("not known")


class Known(models.TextChoices):
    """Yes, no, or nobody has looked yet."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


class SituationsField(models.JSONField):
    """A list of Situations; empty: everybody."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not isinstance(value, list) or set(map(str, value)) - set(Situation.values) or len(set(value)) != len(value):
            raise ValidationError(_("Choose among the situations, each once."))

    def formfield(self, **kwargs):
        chosen = {
            "form_class": forms.MultipleChoiceField,
            "choices": Situation.choices,
            "widget": forms.CheckboxSelectMultiple,
            "show_hidden_initial": False,
        }
        return models.Field.formfield(self, **{**chosen, **kwargs})

    def words_of(self, values):
        """Return what the column holds as an editor reads it."""
        return ", ".join(str(Situation(value).label) for value in values)


class Address(Content):
    """A place where people in exile get help: what it is for, who can come, where and when."""

    categories = models.ManyToManyField(Category, verbose_name=_("needs"), related_name="addresses", blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.SET_NULL,
        verbose_name=_("organisation"),
        related_name="addresses",
        null=True,
        blank=True,
    )
    is_sample = models.BooleanField(
        _("invented example"), default=False, help_text=_("Readers are told that nothing of it is real.")
    )

    papers = models.CharField(_("residence papers"), max_length=20, choices=Papers, default=Papers.UNKNOWN)
    situations = SituationsField(_("residence situations"), blank=True, help_text=_("None ticked: everybody."))
    cost = models.CharField(_("price"), max_length=20, choices=Cost, default=Cost.UNKNOWN)
    languages = LanguagesField(_("languages spoken"), blank=True, most=MOST_LANGUAGES)
    language_key = models.CharField(max_length=200, editable=False, blank=True)
    interpreter = models.CharField(_("interpreter on request"), max_length=10, choices=Known, default=Known.UNKNOWN)

    postcode = models.CharField(
        _("postcode"), max_length=4, blank=True, validators=[RegexValidator(r"^[1-9][0-9]{3}$", _("Four digits."))]
    )
    commune_nis = models.CharField(_("commune"), max_length=5, blank=True)
    step_free = models.CharField(_("step-free access"), max_length=10, choices=Known, default=Known.UNKNOWN)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)

    valid_from = models.DateField(
        _("here from"), null=True, blank=True, help_text=_("Only if it opens or moves later.")
    )
    valid_until = models.DateField(_("here until"), null=True, blank=True, help_text=_("The last day at this place."))
    moved_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("moved to"),
        related_name="moved_from",
        null=True,
        blank=True,
        help_text=_("The address that replaces this one."),
    )

    objects = AddressManager()

    class Meta(Content.Meta):
        verbose_name = _("useful address")
        verbose_name_plural = _("useful addresses")
        indexes = (models.Index(fields=["commune_nis"], name="address_by_commune"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="address_point_is_whole",
                violation_error_message=_("A point on the map needs its latitude and its longitude."),
            ),
            models.CheckConstraint(
                condition=not_over_before_it_began("valid_from", "valid_until"),
                name="address_not_gone_before_it_came",
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(moved_to__isnull=True) | ~Q(moved_to=F("pk")),
                name="address_not_moved_to_itself",
                violation_error_message=_("An address cannot move to itself."),
            ),
        )

    def save(self, *args, **kwargs):
        self.language_key = language_key(self.languages)
        super().save(*args, **kwargs)

    def clean(self):
        """A postcode lies in its commune; where it lies in one only, that one is filled in."""
        super().clean()
        if not self.postcode:
            return
        communes = gazetteer.communes_with(self.postcode)
        if not communes:
            raise ValidationError({"postcode": _("No commune has the postcode %(code)s.") % {"code": self.postcode}})
        if not self.commune_nis and len(communes) == 1:
            self.commune_nis = communes[0].nis
        if self.commune_nis not in {commune.nis for commune in communes}:
            names = ", ".join(commune.name for commune in communes)
            raise ValidationError(
                {
                    "commune_nis": _("The postcode %(code)s is that of: %(names)s.")
                    % {"code": self.postcode, "names": names}
                }
            )

    # --- Where

    @property
    def commune(self):
        """The gazetteer.Commune, None where none is known."""
        return gazetteer.commune(self.commune_nis)

    @property
    def place_text(self):
        """ "1030 Schaerbeek" in the reader's language, "" where it is not known."""
        return " ".join(part for part in (self.postcode, self.commune.name if self.commune else "") if part)

    @property
    def has_point(self):
        return self.latitude is not None

    @property
    def map_href(self):
        """A plain link to the place on a map, "" where there is neither point nor street; nothing of it is loaded."""
        if self.has_point:
            return f"https://www.openstreetmap.org/?mlat={self.latitude}&mlon={self.longitude}#map=17/{self.latitude}/{self.longitude}"
        return ""

    @property
    def is_incomplete(self):
        """Whether readers could neither go there nor call: what is missing is said."""
        return not (self.postcode or self.email or self.has_phone)

    @property
    def has_phone(self):
        return bool(self.phones.all())

    # --- Since when, until when

    @property
    def has_gone(self):
        """Whether its last day at this place has passed."""
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def is_to_come(self):
        """Whether its first day at this place is still ahead."""
        return self.valid_from is not None and self.valid_from > timezone.localdate()

    @property
    def stay_text(self):
        """That it has gone, is yet to come or is about to leave, as a sentence; "" where it simply is here."""
        return stay_text(self)

    @property
    def successor(self):
        """The public address that this one moved to, None where there is none that readers can see."""
        moved_to = self.moved_to if self.moved_to_id else None
        return moved_to if moved_to is not None and moved_to.public_translations else None

    # --- For whom

    @property
    def shown_categories(self):
        return self.categories.all()

    @property
    def situation_texts(self):
        """The residence situations in words, [] for everybody."""
        return [str(Situation(value).label) for value in self.situations]

    @property
    def language_names(self):
        """[{name (in the reader's language), own (in itself), code, rtl}] of the languages spoken."""
        return [
            {"name": language_name(code), "own": own_name(code), "code": code, "rtl": is_right_to_left(code)}
            for code in self.languages
        ]

    @property
    def languages_text(self):
        """The languages spoken as words for this reader, "" where none is known."""
        return in_words(self.languages) if self.languages else ""

    # --- When

    @cached_property
    def shown_desks(self):
        """The desks whose hours have not run out, those for everybody first."""
        today = timezone.localdate()
        desks = [desk for desk in self.desks.all() if not (desk.ends and desk.ends < today)]
        return sorted(desks, key=lambda desk: desk.audience != Audience.EVERYONE)

    @cached_property
    def today(self):
        """The Today of this minute: whether it is open, until when, when it opens next."""
        return today_line(self)

    @property
    def hours_today(self):
        """[(desk, its hours today in words)] of the desks whose hours are known."""
        return hours_today(self)

    @property
    def special_days_ahead(self):
        """The closures and special hours of today and later."""
        today = timezone.localdate()
        ahead = [day for day in self.special_days.all() if day.ends >= today]
        # The desk that was fetched with the address: asking each day for its own would cost a query a day.
        desks = {desk.pk: desk for desk in self.desks.all()}
        for day in ahead:
            day.desk = desks.get(day.desk_id)
        return ahead

    # --- Addresses of its other pages

    def page(self, name):
        """Return the path of another page of this address ("report", "vcard") in the reader's language."""
        return reverse(f"addresses:{name}", kwargs={"slug": self.translation_shown_in(current_language()).slug})

    # --- Checks, see addresses/checking.py; `with_checks()` fetches what they need

    @property
    def check_state(self):
        """The CheckState now."""
        return CheckState.of(self.confirmed_at, self.doubted_at, self.check_months)

    @property
    def checked_text(self):
        """For readers: "Checked 3 weeks ago", "Not checked for 8 months: call before you go"."""
        if self.is_closed:
            return str(_("Checked: it no longer exists"))
        return checked_text(self.check_state, self.confirmed_at, self.advice)

    @property
    def doubt_text(self):
        """For readers, where it is doubted: since when and why, what to do; "" where nothing is to be told of that."""
        if self.doubted_at is None or self.is_closed:
            return ""
        return doubt_text(self.doubted_at, self.reported_at, self.confirmed_at, self.advice)

    @property
    def advice(self):
        """How to ask before going there, as the end of a sentence."""
        return advice(self.has_phone, bool(self.email), bool(self.website))

    @property
    def next_check(self):
        """The date on which the next check is due; today where none was ever made or something was reported."""
        return CheckState.next_check(self.confirmed_at, self.doubted_at, self.check_months)


class AddressTranslation(ContentTranslation):
    master = TranslationsForeignKey(Address, models.CASCADE, related_name="translations", editable=False)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    getting_there = models.CharField(
        _("how to get there"), max_length=400, blank=True, help_text=_("Stop, floor, bell, colour of the door…")
    )
    for_whom = models.CharField(_("who can come"), max_length=400, blank=True)
    bring = models.CharField(_("what to bring"), max_length=400, blank=True)
    price_note = models.CharField(_("about the price"), max_length=200, blank=True)

    name_columns = (*ContentTranslation.name_columns, "street")
    translated_columns = (
        *ContentTranslation.translated_columns,
        *("street", "getting_there", "for_whom", "bring", "price_note"),
    )

    class Meta(ContentTranslation.Meta):
        verbose_name = _("text of an address")
        verbose_name_plural = _("texts of addresses")

    @property
    def lines(self):
        """The lines of the postal address, without the name."""
        return [line for line in (self.street, self.master.place_text) if line]
