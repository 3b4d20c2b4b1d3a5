"""Columns of an edition: its languages (any that has a name, ISO 639) and its PDF."""

import hashlib

from babel.lists import format_list
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.folding import fold
from content.languages import current_language, known_languages, language_name
from content.pictures import store_by_content
from publications.pdf import check_pdf

#: Offered first: the languages that our readers speak most.
FREQUENT = ("fr", "nl", "en", "ar", "de", "es", "fa", "ps", "pt", "ru", "so", "sq", "ti", "tr", "uk")
MOST = 6


class LanguagesField(models.JSONField):
    """A list of ISO 639 codes, the main language first."""

    description = "ISO 639 codes"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not isinstance(value, list) or len(set(value)) != len(value) or len(value) > MOST:
            raise ValidationError(_("Choose at most %(most)d languages, each once."), params={"most": MOST})
        unknown = [code for code in value if code not in known_languages()]
        if unknown:
            raise ValidationError(_("“%(code)s” is not the code of a language (ISO 639)."), params={"code": unknown[0]})

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": LanguagesFormField, **kwargs})


class LanguagesFormField(forms.MultipleChoiceField):
    """Chooses languages by their names in the editor's language."""

    def __init__(self, **kwargs):
        kwargs.pop("max_length", None)
        super().__init__(choices=language_choices, **kwargs)
        self.widget.attrs["size"] = 6


def language_choices():
    """Return (code, name) pairs: the frequent languages, then all others by name."""
    frequent = [(code, language_name(code)) for code in FREQUENT]
    others = [(code, language_name(code)) for code in known_languages() - set(FREQUENT)]
    return [(_("Frequent"), frequent), (_("All others"), sorted(others, key=lambda pair: fold(pair[1])))]


def in_words(codes):
    """Return language codes as words for this reader: "français et néerlandais"."""
    return format_list([language_name(code) for code in codes], locale=current_language())


class CheckedPdf(ContentFile):
    """A PDF that `check_pdf` has taken, named by its content."""


def checked_pdf(file):
    """Return an uploaded PDF as a `CheckedPdf`; ValidationError with the reason where we do not take it."""
    if isinstance(file, CheckedPdf):
        return file
    check_pdf(file)
    file.seek(0)
    data = file.read()
    return CheckedPdf(data, name=f"{hashlib.sha256(data).hexdigest()[:16]}.pdf")


class PdfFormField(forms.FileField):
    """A file field that takes PDFs only, whatever their name says."""

    widget = forms.ClearableFileInput(attrs={"accept": "application/pdf"})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return checked_pdf(file) if file and file is not initial else file


class PdfField(models.FileField):
    """A PDF, checked before it is kept."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PdfFormField, **kwargs})

    def pre_save(self, model_instance, add):
        file = getattr(model_instance, self.name)
        if file and not file._committed:
            # Not only forms write: loaders and imports are checked here.
            store_by_content(model_instance, self, checked_pdf(file.file))
        return getattr(model_instance, self.name)
