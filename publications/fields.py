"""The column of an edition that holds its PDF."""

import hashlib

from django import forms
from django.core.files.base import ContentFile
from django.db import models

from content.pictures import store_by_content
from publications.pdf import check_pdf


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
