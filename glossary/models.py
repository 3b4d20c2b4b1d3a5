"""The glossary: one term, one address, both languages side by side; and where its words stand in our texts."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey

from content.fields import PartialDateField, WordsField
from content.folding import sort_key
from content.languages import CODES
from content.models import Content, ContentTranslation, in_order
from glossary.querysets import TermManager


class Term(Content):
    """A word that decides how people are treated, explained in both languages at one address."""

    themes = models.ManyToManyField("themes.Theme", verbose_name=_("themes"), related_name="terms", blank=True)
    see_also = models.ManyToManyField("self", verbose_name=_("see also"), blank=True)
    no_equivalent = models.BooleanField(
        _("has no equivalent"),
        default=False,
        help_text=_("The other language has no word for it. Readers are told so."),
    )
    is_linked = models.BooleanField(
        _("explained in texts"),
        default=True,
        help_text=_("Where it stands in a text of the site, readers can open its definition there."),
    )
    to_confirm = WordsField(
        _("to be confirmed by CIRÉ"),
        max_length=200,
        blank=True,
        help_text=_("What a lawyer or CIRÉ must still confirm. Shown to readers."),
    )

    objects = TermManager()

    class Meta(Content.Meta):
        verbose_name = _("term")
        verbose_name_plural = _("glossary")

    @cached_property
    def shown_themes(self):
        """The themes that are published, in the order of their names; none where they were not fetched."""
        return in_order(getattr(self, "public_themes", ()))

    @cached_property
    def shown_see_also(self):
        """The related terms that are published; none where they were not fetched."""
        return in_order(getattr(self, "public_see_also", ()))

    @property
    def other_rows(self):
        """The public rows in the languages other than the one shown."""
        return [row for row in self.public_translations if row.language_code != self.shown.language_code]

    @property
    def words(self):
        """The words of the language shown: synonyms first."""
        return self.words_in(self.shown.language_code)

    def words_in(self, language):
        """The words of a language beside the term itself: synonyms, then those to avoid."""
        return [word for word in self.all_words.all() if word.language == language]


class TermTranslation(ContentTranslation):
    """A term in one language: `title` is the term, `summary` its definition, `text` what more there is to say."""

    master = TranslationsForeignKey(Term, models.CASCADE, related_name="translations", editable=False)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    abbreviation_is_linked = models.BooleanField(
        _("abbreviation explained in texts"), default=True, help_text=_("Not one that means other things too: CE, AI.")
    )
    law_as_of = PartialDateField(_("law as of"))
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("The law or treaty that the definition rests on.")
    )

    name_columns = (*ContentTranslation.name_columns, "abbreviation")
    translated_columns = (*ContentTranslation.translated_columns, "abbreviation", "source")

    class Meta(ContentTranslation.Meta):
        verbose_name = _("text of a term")
        verbose_name_plural = _("texts of terms")

    @property
    def initial(self):
        """The letter under which the term stands in the index, "#" for one that begins with something else."""
        first = sort_key(self.title)[:1].upper()
        return first if first.isascii() and first.isalpha() else "#"


class WordKind(models.TextChoices):
    """What a word beside the term is."""

    SYNONYM = "synonym", _("synonym")
    DISCOURAGED = "discouraged", _("better avoided")
    SPELLING = "spelling", _("another spelling, only to be found by")
    OTHER_MEANING = "other_meaning", _("means something else: never linked")


class Word(models.Model):
    """A word beside the term in one language: a synonym, a word to avoid and why, one that means something else."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="all_words", verbose_name=_("term"))
    language = models.CharField(_("language"), max_length=2, choices=[(code, code) for code in CODES])
    kind = models.CharField(_("kind"), max_length=20, choices=WordKind, default=WordKind.SYNONYM)
    text = models.CharField(_("word"), max_length=200)
    why = models.CharField(_("why"), max_length=300, blank=True, help_text=_("Why it is better avoided."))
    find_key = models.CharField(max_length=250, editable=False, db_index=True)

    class Meta:
        verbose_name = _("other word")
        verbose_name_plural = _("other words")
        ordering = ("language", "kind", "pk")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["term", "language", "text"],
                name="word_once_a_term",
                violation_error_message=_("This word is already there."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=WordKind.DISCOURAGED) | ~Q(why=""),
                name="word_to_avoid_says_why",
                violation_error_message=_("Say why this word is better avoided."),
            ),
        )

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        self.find_key = sort_key(self.text)
        super().save(*args, **kwargs)


class Mention(models.Model):
    """A term is explained in a text of the site; written when the text is linked, see glossary/linking.py."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="mentions")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=2)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["content_type", "object_id", "language", "term"], name="mention_once_a_text"
            ),
        )

    def __str__(self):
        return f"{self.term_id} in {self.content_type_id}:{self.object_id} ({self.language})"


class Linking(models.Model):
    """One walk over all texts after a term has changed: how far it has come."""

    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ("-pk",)

    def __str__(self):
        return f"{self.done}/{self.total}"
