"""What every page is made of: translated, published per language, illustrated; and the dated figure."""

import hashlib
import html
import re
import uuid
from functools import lru_cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from django_prose_editor.fields import ProseEditorField
from parler.models import TranslatableModel, TranslatedFieldsModel

from content import publication
from content.fields import AsciiOrderField, WordsField
from content.languages import current_language, fallback_chain, language_name
from content.pictures import file_names
from content.querysets import ContentManager, is_public
from content.rich_text import EXTENSIONS, clean

SUMMARY_LENGTH = 400
#: BCP 47: a language, perhaps with script, region or variant.
LANGUAGE_TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
OTHER_TAGS = re.compile(r"<(?!a\b)[^>]*>")


@lru_cache(maxsize=10_000)
def address(app_label, slug, language, script_prefix):
    """Return the address of a detail page; "" for a slug that no address can hold. A list asks for it many times."""
    with override(language):
        try:
            return reverse(f"{app_label}:detail", kwargs={"slug": slug})
        except NoReverseMatch:
            return ""


class Content(TranslatableModel):
    """Something that has a page of its own: what is the same in every language."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = ContentManager()

    class Meta:
        abstract = True
        # Editors add and change, publishers also publish and delete, translators only translate.
        default_permissions = ("add", "change", "delete", "view", "translate", "publish")

    def __str__(self):
        rows = self.translations.all()  # prefetched wherever many are listed
        by_language = {row.language_code: row for row in rows}
        for code in fallback_chain(current_language()):
            if code in by_language:
                return by_language[code].heading
        return f"{self._meta.verbose_name} {self.pk or ''}".strip()

    @cached_property
    def public_translations(self):
        """The rows readers may see now. `public()` prefetches them; a preview replaces them by the row previewed."""
        return list(self.translations.filter(is_public()))

    def translation_shown_in(self, language):
        """Return the public row a reader of `language` gets (own language first), or None."""
        rows = {row.language_code: row for row in self.public_translations}
        for code in fallback_chain(language):
            if code in rows:
                row = rows[code]
                # Spare the row a query for the object it was reached from.
                if row._state.fields_cache.get("master") is not self:
                    row.master = self
                return row
        return None

    def media_names(self):
        """Return the names of the files that are hidden and shown with this object."""
        return file_names(self)

    def download_name(self, name):
        """Return the name under which readers keep one of these files, "" for the name it has."""
        return ""

    @property
    def shown(self):
        """The row shown to this reader."""
        return self.translation_shown_in(current_language())

    @property
    def anchor(self):
        """The id of this object on a page that lists it."""
        return f"{self._meta.model_name}-{self.shown.slug}"

    def get_absolute_url(self, language=None):
        """The public address in `language` (default: the reader's); "" while nothing is published."""
        language = language or current_language()
        row = self.translation_shown_in(language)
        return address(self._meta.app_label, row.slug, language, get_script_prefix()) if row else ""


class ContentTranslation(TranslatedFieldsModel):
    """The texts of one language, with the publication of that language."""

    title = models.CharField(
        _("title"),
        max_length=200,
        help_text=_("The official name, in the language it has. Our translation of a name goes below."),
    )
    title_language = models.CharField(
        _("language of the title"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(LANGUAGE_TAG, _("Write the code of a language: fr, nl, en…"))],
        help_text=_("Only if the title is in another language than this text: fr, nl, en…"),
    )
    name_explained = models.CharField(
        _("name explained"),
        max_length=300,
        blank=True,
        help_text=_("Our own translation of a name that has no official one."),
    )
    slug = models.SlugField(
        pgettext_lazy("web page", "address"),
        max_length=100,
        help_text=_(
            "The last part of the page’s address. Blank: made from the acronym, the short name or the title. "
            "Changing it breaks printed links."
        ),
        blank=True,
    )
    summary = models.CharField(
        _("summary"),
        max_length=SUMMARY_LENGTH,
        blank=True,
        help_text=_("One or two short sentences, shown in lists."),
    )
    text = ProseEditorField(_("text"), blank=True, extensions=EXTENSIONS, sanitize=clean)

    publish_from = models.DateTimeField(_("public from"), null=True, blank=True, help_text=_("Brussels time."))
    publish_until = models.DateTimeField(_("public until"), null=True, blank=True, help_text=_("Brussels time."))

    explain_words = models.BooleanField(
        _("explain words of the glossary in this text"),
        default=True,
        help_text=_("Not in its titles, links and quotations."),
    )

    # Derived at every save, see content/steps.py.
    notes = models.JSONField(editable=False, default=dict)  # {language of the page: HTML}, see glossary/linking.py
    text_html = models.TextField(editable=False, blank=True)
    title_key = AsciiOrderField(max_length=250, editable=False, db_index=True, blank=True)
    find_key = models.TextField(editable=False, blank=True)
    fingerprint = models.CharField(max_length=64, editable=False, blank=True)
    changed_at = models.DateTimeField(editable=False, null=True)

    # The text this one was translated from, as it was then. Blank: an original.
    source_language = models.CharField(max_length=12, editable=False, blank=True)
    source_fingerprint = models.CharField(max_length=64, editable=False, blank=True)

    #: Under which names staff look for it.
    name_columns = ("title", "name_explained")
    #: Whether the titles in a text stand below the titles of the sections of its page.
    lowers_titles = True
    #: What a translator translates, and so what the fingerprint is made of.
    translated_columns = ("title", "name_explained", "summary", "text")

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["master", "language_code"], name="%(class)s_one_row_per_language"),
            models.UniqueConstraint(
                fields=["language_code", "slug"],
                name="%(class)s_one_slug_per_language",
                violation_error_message=_("Another page already has this address."),
            ),
            models.CheckConstraint(
                condition=Q(publish_until__isnull=True)
                | Q(publish_from__isnull=False, publish_until__gt=F("publish_from")),
                name="%(class)s_published_before_withdrawn",
                violation_error_message=_("“Public until” must come after “public from”."),
            ),
        )

    def __str__(self):
        return self.title

    def refused_slugs(self):
        """Return words that no address of this kind may be."""
        return frozenset()

    def clean(self):
        """Refuse an address that another object of this kind has in either language."""
        super().clean()
        taken = type(self).objects.filter(slug=self.slug).exclude(master_id=self.master_id)
        if self.slug and taken.exists():
            raise ValidationError(
                {
                    "slug": _("Another page already has the address “%(slug)s”. Choose another one.")
                    % {"slug": self.slug}
                }
            )

    # --- Publication

    @property
    def state(self):
        """The publication.State of this row now."""
        return publication.state_at(self.publish_from, self.publish_until)

    @property
    def state_text(self):
        """The state in words, with its date."""
        return publication.state_text(self.publish_from, self.publish_until)

    # --- Words for templates

    @property
    def heading(self):
        """The name that stands over a page and in lists."""
        return self.title

    @property
    def title_lang(self):
        """BCP 47 code of the title, for `lang=`."""
        return self.title_language or self.language_code

    heading_lang = title_lang

    @property
    def is_foreign(self):
        """Whether the reader's page is in another language than this text."""
        return self.language_code != current_language()

    @property
    def language_name(self):
        return language_name(self.language_code)

    @property
    def notes_here(self):
        """The notes of this text in the language of the page that it is read on, as HTML; "" for none."""
        return self.notes.get(current_language(), "")

    # --- Translation state

    def make_fingerprint(self):
        """Return the SHA-256 (hex) of what a translator translates: words and links, not white space and mark-up.

        An editor program may rewrite the mark-up of a text that nobody changed.
        """
        parts = (html.unescape(OTHER_TAGS.sub(" ", str(getattr(self, name)))) for name in self.translated_columns)
        words = "\x1f".join(" ".join(part.split()) for part in parts)
        return hashlib.sha256(words.encode()).hexdigest()

    def source_among(self, rows):
        """Return the row of `rows` that this one was translated from, or None."""
        return next((row for row in rows if self.source_language and row.language_code == self.source_language), None)

    def is_older_than(self, source):
        """Whether `source` has changed since this translation was made from it."""
        return source is not None and source.fingerprint != self.source_fingerprint

    @property
    def older_than(self):
        """The public text that has changed since this translation was made from it, or None."""
        source = self.source_among(self.master.public_translations)
        return source if self.is_older_than(source) else None


def content_models():
    """Return every kind of content."""
    return [model for model in apps.get_models() if issubclass(model, Content)]


def in_order(contents):
    """Return published contents in the order of the names that this reader sees."""
    return sorted(contents, key=lambda content: content.shown.title_key)


class ContentVersion(models.Model):
    """How often content has changed: one row with one number, see content/kept_pages.py."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.number)


class DueStep(models.Model):
    """How one step of what has to happen as time passes is doing, see content/due.py."""

    path = models.CharField(max_length=200, unique=True)
    #: The moment of the last run in which it went well.
    done_until = models.DateTimeField(null=True, blank=True)
    ran_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=100, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.path


class KeyFigure(models.Model):
    """A number with its label, its year and its source; concrete in each app, as `body.figures`."""

    label = WordsField(_("label"), max_length=160, help_text=_("What is counted, without the number."))
    value = models.DecimalField(_("number"), max_digits=14, decimal_places=2)
    value_to = models.DecimalField(
        _("up to"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("Only for a range: 500 to 600.")
    )
    at_least = models.BooleanField(_("at least"), default=False, help_text=_("Shown as “500 and more”."))
    approximately = models.BooleanField(_("about"), default=False)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("The year the number is of. Blank: shown as “year unknown”.")
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Where the number comes from."))
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "pk")
        verbose_name = _("key figure")
        verbose_name_plural = _("key figures")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(value_to__isnull=True) | Q(value_to__gt=F("value")),
                name="%(class)s_range_goes_up",
                violation_error_message=_("The end of a range must be greater than its start."),
            ),
            models.CheckConstraint(
                condition=Q(at_least=False) | Q(approximately=False),
                name="%(class)s_at_least_or_about",
                violation_error_message=_("A number is “at least” or “about”, not both."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__gte=1800, year__lte=2999),
                name="%(class)s_year_has_four_digits",
                violation_error_message=_("Write the year with four digits."),
            ),
        )

    def __str__(self):
        return f"{self.value:n} {self.label}"
