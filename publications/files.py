"""What is read from an edition's PDF, by a task: pages, size, text, and a cover where none was given."""

import logging

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django_tasks import task

from content.pictures import make_renditions
from content.saving import surroundings_changed
from publications.models import Edition, FileState, Publication
from publications.pdf import read_pdf

logger = logging.getLogger(__name__)


def follow_files(publication):
    """After a save: make the covers' renditions, and queue the reading of PDFs that have not been read.

    A step of settings.CONTENT_STEPS; does nothing for other content.
    """
    if isinstance(publication, Publication):
        # Asked for anew: those that were fetched with the publication may be from before the save.
        for edition in Edition.objects.filter(publication=publication):
            follow_edition(edition)


def follow_edition(edition):
    """The same for one edition."""
    if edition.cover and not edition.cover.storage.exists(edition.cover.name):
        # Of a version older than its files: the first page of the PDF comes in its place.
        edition.cover = ""
        edition.save()
    make_renditions(edition, Edition._meta.get_field("cover"))
    if edition.file_state == FileState.WAITING:
        transaction.on_commit(lambda: read_edition.enqueue(edition.pk))


@task()
def read_edition(edition_id):
    """Read the PDF of an edition, unless that has been done or the edition has gone."""
    edition = Edition.objects.filter(pk=edition_id).first()
    if edition is not None and edition.file_state == FileState.WAITING:
        read_file(edition)


def read_file(edition):
    """Read the PDF of an edition now and keep what it holds, or why it could not be read."""
    name = edition.pdf.name
    found = {"pdf_read": name, "pdf_problem": "", "pdf_pages": None, "pdf_bytes": None, "pdf_text": ""}
    cover = None
    try:
        with edition.pdf.storage.open(name) as file:
            contents = read_pdf(file)
        found.update(pdf_pages=contents.pages, pdf_bytes=contents.size, pdf_text=contents.text)
        cover = contents.cover_png
    except ValidationError as error:
        found["pdf_problem"] = error.code
    except OSError:
        logger.exception("The file of edition %s cannot be opened", edition.pk)
        found["pdf_problem"] = "missing"
    with transaction.atomic():
        # Only if nobody has replaced the file meanwhile: that one has a task of its own.
        if not Edition.objects.filter(pk=edition.pk, pdf=name).update(**found):
            return
        edition.refresh_from_db()
        surroundings_changed(edition.publication)
        if cover and (not edition.cover or edition.cover_from_pdf):
            edition.cover = ContentFile(cover, name="cover.png")
            edition.save()
            Edition.objects.filter(pk=edition.pk).update(cover_from_pdf=True)
    make_renditions(edition, Edition._meta.get_field("cover"))
