"""What the search knows: a row for each public text, the words that stand in them, and what was looked for in vain."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.languages import CODES
from search.matching import IndexedWordsField

LANGUAGES = [(code, code) for code in CODES]


class IndexEntry(models.Model):
    """One text of the site in one language, as the search finds it; only within the time in which it is public.

    What is found by is kept as tokens, see search/words.py; what is shown as it was written.

    The database keeps what migration 0002 makes in step with it. A later migration that alters this table must end
    with SQLite's triggers made again: Django makes the whole table anew there, and they go with the old one.
    """

    #: What sort of content it is: "publications.publication".
    kind = models.CharField(max_length=80)
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=2, choices=LANGUAGES)
    publish_from = models.DateTimeField()
    publish_until = models.DateTimeField(null=True)

    heading = models.CharField(max_length=200)
    heading_lang = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    title_lang = models.CharField(max_length=12)
    title_key = models.CharField(max_length=250)
    slug = models.CharField(max_length=100)
    #: A text that no longer holds comes after those that do.
    has_passed = models.BooleanField(default=False)

    # For the order: the tokens of each part, weightiest part first; see search/ranking.py.
    names = models.TextField()
    summary = models.TextField()
    text = models.TextField()
    #: Each token of the entry once: what the database looks into.
    words = IndexedWordsField()

    # For what readers are shown of it.
    summary_plain = models.TextField()
    facts_plain = models.TextField()
    text_plain = models.TextField()
    #: Which files were read for it, and their tokens: reading them again takes its time.
    files_key = models.CharField(max_length=64, blank=True)
    file_words = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["kind", "object_id", "language"], name="entry_once_a_text"),)
        indexes = (models.Index(fields=["language", "-publish_from", "-id"], name="entry_newest_first"),)

    def __str__(self):
        return f"{self.heading} ({self.language})"


class IndexWord(models.Model):
    """A word of a text in the index, as a misspelt one may have been meant."""

    language = models.CharField(max_length=2, choices=LANGUAGES)
    form = models.CharField(max_length=50)  # token
    stem = models.CharField(max_length=50)  # token
    #: How it is written: with its accents.
    written = models.CharField(max_length=50)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["language", "form"], name="index_word_once_a_language"),)
        indexes = (models.Index(fields=["language", "stem"], name="index_word_by_stem"),)

    def __str__(self):
        return self.written


class Trigram(models.Model):
    """Three letters that follow one another in a word of the index, behind the language of the word."""

    word = models.ForeignKey(IndexWord, models.CASCADE, related_name="trigrams")
    letters = models.CharField(max_length=5)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["letters", "word"], name="trigram_once_a_word"),)

    def __str__(self):
        return self.letters


class WholeIndex(models.Model):
    """That all texts were indexed once, to the end; the only row."""

    written_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.written_at}"


class MissedSearch(models.Model):
    """Words that readers looked for in vain. Known by them only once several have asked the same."""

    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    #: Stands for words that are not known: nobody can read them in it.
    digest = models.CharField(max_length=64, editable=False)
    words = models.CharField(_("words"), max_length=100, blank=True)
    count = models.PositiveIntegerField(_("how often"), default=0)
    last_on = models.DateField(_("last on"))

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering = ("-count", "words")
        default_permissions = ("view", "delete")
        constraints = (models.UniqueConstraint(fields=["language", "digest"], name="missed_search_once_a_language"),)

    def __str__(self):
        return self.words
