"""Free pages such as “About us”, and the menu that staff arrange."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from content.fields import WordsField
from content.models import Content, ContentTranslation
from content.querysets import ContentManager, ContentQuerySet
from links.addresses import own_path
from links.objects import match_of
from pages import sections

#: So many fit beside each other on a screen; the rest belongs in the footer.
MOST_IN_MENU = 7


class PageQuerySet(ContentQuerySet):
    """Free pages."""

    def in_menu_order(self):
        """In the order that staff gave them."""
        return self.order_by("position", "pk")


class PageManager(ContentManager.from_queryset(PageQuerySet)):
    """The manager of free pages."""


class Page(Content):
    """A page that belongs to no section: about us, legal notice, privacy."""

    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("below"),
        related_name="children",
        null=True,
        blank=True,
        help_text=_("The page that this one belongs to; it lists this one and stands above it."),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Among the pages below the same page: the smallest number comes first.")
    )
    shows_contact = models.BooleanField(
        _("with our contact details"),
        default=False,
        help_text=_("Below the text: our addresses as the directory has them, and the way to the contact form."),
    )
    leads_to = models.CharField(
        _("button that leads to"),
        max_length=100,
        blank=True,
        choices=sections.choices,
        help_text=_("A section of the site, as a button below the text."),
    )

    objects = PageManager()

    class Meta(Content.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = (
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="page_not_below_itself",
                violation_error_message=_("A page cannot stand below itself."),
            ),
        )

    def clean(self):
        """Refuse a third level."""
        super().clean()
        if self.parent_id is None:
            return
        if self.parent_id == self.pk:
            raise ValidationError({"parent": _("A page cannot stand below itself.")})
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": _("That page stands below another one itself: choose the upper one.")})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": _("Other pages stand below this one: it must stay on top.")})

    @property
    def button(self):
        """The section that the button below the text leads to as {text, href}, None for no button."""
        section = sections.existing().get(self.leads_to)
        return section and {"text": section.text, "href": section.href}


class PageTranslation(ContentTranslation):
    master = TranslationsForeignKey(Page, models.CASCADE, related_name="translations", editable=False)

    #: A page has no sections but those of its text.
    lowers_titles = False

    class Meta(ContentTranslation.Meta):
        verbose_name = _("text of a page")
        verbose_name_plural = _("texts of pages")

    def refused_slugs(self):
        return import_string(settings.TAKEN_WORDS)()

    def clean(self):
        """Refuse an address that is a section's, in either language."""
        super().clean()
        if self.slug in self.refused_slugs():
            raise ValidationError(
                {
                    "slug": _("The address “%(slug)s” belongs to a section of the site. Choose another one.")
                    % {"slug": self.slug}
                }
            )


class Place(models.TextChoices):
    """Where an entry stands."""

    MENU = "menu", _("main menu")
    QUICK = "quick", _("most asked for")
    FOOTER = "footer", _("footer")


class MenuEntry(models.Model):
    """A line of the menu, of the footer, or one of the entries that are most asked for."""

    place = models.CharField(
        _("place"),
        max_length=20,
        choices=Place,
        default=Place.FOOTER,
        help_text=_(
            "What is most asked for stands on the home page, below the networks and groups, and in the footer."
        ),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The smallest number comes first."))
    hidden = models.BooleanField(_("hidden"), default=False)
    label = WordsField(
        _("label"), blank=True, max_length=100, help_text=_("Blank: the name of what it leads to, in each language.")
    )
    note = WordsField(
        _("explanation"), blank=True, max_length=160, help_text=_("One short line, shown on the home page.")
    )
    section = models.CharField(_("section"), max_length=100, blank=True, choices=sections.choices)
    page = models.ForeignKey(
        Page, models.CASCADE, verbose_name=_("page"), related_name="menu_entries", null=True, blank=True
    )
    address = models.CharField(
        _("other address"),
        max_length=500,
        blank=True,
        help_text=_("Of this site, in any language: /fr/publications/… Or of another one: https://…"),
    )

    class Meta:
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu and footer")
        ordering = ("place", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(
                    (Q(page__isnull=False) & Q(section="") & Q(address=""))
                    | (Q(page__isnull=True) & ~Q(section="") & Q(address=""))
                    | (Q(page__isnull=True) & Q(section="") & ~Q(address=""))
                ),
                name="menuentry_leads_to_one_thing",
                violation_error_message=_("Choose one: a section, a page or another address."),
            ),
        )

    def __str__(self):
        return self.label.text or self.target_text

    @property
    def target_text(self):
        """What it leads to, in words: a page, a section or an address."""
        if self.page_id:
            return str(self.page)
        return str(self.get_section_display()) if self.section else self.address

    def clean(self):
        """Refuse an address that leads nowhere, and a menu too long for its line."""
        super().clean()
        self.address = self.address.strip().removeprefix(settings.SITE_URL)
        if self.address:
            self._check_address()
        if self.place == Place.MENU and not self.hidden:
            others = MenuEntry.objects.filter(place=Place.MENU, hidden=False).exclude(pk=self.pk)
            if others.count() >= MOST_IN_MENU:
                raise ValidationError(
                    _("The main menu has room for %(most)d entries. Hide one, or put this one in the footer."),
                    params={"most": MOST_IN_MENU},
                )

    def _check_address(self):
        own = own_path(self.address)
        if own:
            if match_of(own[0]) is None:
                raise ValidationError({"address": _("No page of this site has this address.")})
        elif not is_web_address(self.address):
            raise ValidationError({"address": _("Write an address that begins with / or with https://.")})
        elif not self.label:
            raise ValidationError({"label": _("An address of another site needs a label.")})


def is_web_address(text):
    """Whether a text is the whole address of something on the web."""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return False
    return True
