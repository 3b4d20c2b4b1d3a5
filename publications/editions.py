"""The editions that a publication exists in, in any language, and what is read from their files."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import Words
from content.language_fields import LanguagesField, in_words, language_key
from content.languages import is_right_to_left, known_languages
from content.pictures import PictureField, media_path, shown_picture
from publications.fields import PdfField
from publications.isbn import check_isbn


class Format(models.TextChoices):
    """How the edition is made."""

    BOOKLET = "booklet", _("booklet")
    SHEET = "sheet", _("folded sheet")
    POSTER = "poster", _("poster")
    BOOK = "book", _("book")
    FILE = "file", _("file only")


class FileState(models.TextChoices):
    """How far the reading of the file has come."""

    NONE = "none", _("no file")
    WAITING = "waiting", _("being read")
    READY = "ready", _("read")
    FAILED = "failed", _("could not be read")


class FileProblem(models.TextChoices):
    """Why the PDF of an edition could not be read although it had been taken: the codes of publications/pdf.py."""

    MISSING = "missing", _("the file is not there")
    UNREAD = "unread", _("the reader did not work; tell the person who looks after the site")
    TOO_HEAVY = "too_heavy", _("it takes too long or too much memory")
    TOO_LARGE = "too_large", _("it is too large")
    TOO_MANY_PAGES = "too_many_pages", _("it has too many pages")
    NOT_PDF = "not_pdf", _("it is not a PDF")
    BROKEN = "broken", _("it is damaged")
    ENCRYPTED = "encrypted", _("it is protected")
    ACTIVE = "active", _("it holds a script, a film or a program")


class Edition(models.Model):
    """A publication in one language, or in several within one file."""

    publication = models.ForeignKey(
        "publications.Publication", models.CASCADE, related_name="editions", verbose_name=_("publication")
    )
    languages = LanguagesField(_("languages"))
    language_key = models.CharField(max_length=60, editable=False)
    title = models.CharField(_("title"), max_length=250, help_text=_("In the language of the edition."))
    label = models.CharField(_("edition"), max_length=120, blank=True, help_text=_("For example: 4th edition."))
    format = models.CharField(_("format"), max_length=20, choices=Format, default=Format.BOOKLET)
    paper_size = models.CharField(_("size on paper"), max_length=40, blank=True, help_text=_("A5, A2, 10 × 21 cm…"))
    pages = models.PositiveSmallIntegerField(
        _("pages"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(9999)],
        help_text=_("Blank: taken from the PDF."),
    )
    isbn = models.CharField("ISBN", max_length=20, blank=True, validators=[check_isbn])
    pdf = PdfField("PDF", upload_to=media_path, max_length=200, blank=True)
    cover = PictureField(
        _("cover"),
        blank=True,
        width_field="cover_width",
        height_field="cover_height",
        widths=(160, 320),
        ratio=(3, 4),
        focus_fields=("focus_x", "focus_y"),
        help_text=_("Blank: the first page of the PDF."),
    )
    cover_width = models.PositiveIntegerField(null=True, editable=False)
    cover_height = models.PositiveIntegerField(null=True, editable=False)
    # The point of the cover that a cut must keep, in percent of its width and height.
    focus_x = models.PositiveSmallIntegerField(
        _("focus, from the left"), default=50, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("focus, from the top"), default=50, validators=[MaxValueValidator(100)]
    )

    # Derived from the file by a task, see publications/files.py. `pdf_read` names the file that they were read from.
    pdf_read = models.CharField(max_length=200, editable=False, blank=True)
    pdf_problem = models.CharField(max_length=20, choices=FileProblem, editable=False, blank=True)
    pdf_pages = models.PositiveIntegerField(null=True, editable=False)
    pdf_bytes = models.PositiveBigIntegerField(null=True, editable=False)
    pdf_text = models.TextField(editable=False, blank=True)
    cover_from_pdf = models.BooleanField(default=False, editable=False)

    #: Read again when a version is brought back, and so kept in none.
    derived_columns = ("pdf_read", "pdf_problem", "pdf_pages", "pdf_bytes", "pdf_text")

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["publication", "language_key"],
                name="edition_one_per_language",
                violation_error_message=_("There is already an edition in this language."),
            ),
        )

    def __str__(self):
        return f"{self.title} ({self.language_text})"

    def save(self, *args, **kwargs):
        self.language_key = language_key(self.languages)
        if not (self.cover and self.cover._committed):
            # A cover that somebody gives is theirs; files.read_file says otherwise of the one that it takes.
            self.cover_from_pdf = False
        if not self.cover and self.file_state == FileState.READY:
            self.pdf_read = ""  # the cover was taken away: the first page comes in its place
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        # Only known ones: the database is asked for the key even where the list has been refused.
        codes = self.languages if isinstance(self.languages, list) else []
        self.language_key = language_key(
            [code for code in codes if isinstance(code, str) and code in known_languages()]
        )

    @classmethod
    def edited_values(cls, editions):
        """Return what editors wrote in these rows, as a list of dicts: nothing of what the task took from the file."""
        columns = [field.attname for field in cls._meta.concrete_fields if field.name not in cls.derived_columns]
        rows = list(editions.values(*columns))
        for row in rows:
            if row.pop("cover_from_pdf") or not row["cover"]:
                row.update(cover="", cover_width=None, cover_height=None)
        return rows

    @property
    def file_state(self):
        """The FileState of the PDF, derived from what was read and from which file."""
        if not self.pdf:
            return FileState.NONE
        if self.pdf_read != self.pdf.name:
            return FileState.WAITING
        return FileState.FAILED if self.pdf_problem else FileState.READY

    @property
    def media_owner(self):
        """The content that the files of this edition are hidden with."""
        return self.publication

    @property
    def lang(self):
        """BCP 47 code of the title, for `lang=`."""
        return self.languages[0]

    @property
    def is_rtl(self):
        """Whether the title is written from right to left."""
        return is_right_to_left(self.lang)

    @property
    def language_text(self):
        """The languages in words: "French and Dutch"."""
        return in_words(self.languages)

    @property
    def page_count(self):
        return self.pages or self.pdf_pages

    @property
    def cover_picture(self):
        """The cover as the `picture` component shows it, None where there is none."""
        # The title stands beside it: a cover has nothing to add for those who do not see it.
        return shown_picture(self, "cover", Words())
