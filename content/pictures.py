"""Pictures: what may be uploaded, how it is cleaned, and the smaller AVIF and WebP renditions that pages use.

Not django-imagefield: it makes renditions in a signal receiver at every save, a raw one included, and files them
under names from which their owner cannot be told, so that a hidden object's pictures could not be hidden with it.
"""

import contextlib
import hashlib
import io
import logging
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

logger = logging.getLogger(__name__)

# Pillow warns where we refuse: clean_picture counts pixels itself, before anything is decoded.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)

#: Formats by what the decoder finds, never by the name of the file; the value is the format we keep.
ACCEPTED = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "AVIF": "AVIF", "GIF": "PNG"}
RENDITIONS = {"avif": {"format": "AVIF", "quality": 60}, "webp": {"format": "WEBP", "quality": 80}}
#: What is served, by the ending that we gave it.
CONTENT_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif"}
ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "AVIF": ".avif"}


class CleanPicture(ContentFile):
    """A picture that went through `clean_picture`: named by its content, upright, without metadata."""


def clean_picture(file):
    """Return an uploaded picture as a `CleanPicture`; ValidationError with the reason where it is none we take.

    Bytes and pixels are counted before anything is decoded (settings PICTURE_MAX_BYTES, PICTURE_MAX_PIXELS).
    The result is turned upright and holds no metadata but the colour profile.
    """
    if isinstance(file, CleanPicture):
        return file
    if file.size > settings.PICTURE_MAX_BYTES:
        raise ValidationError(
            _("This file has %(size)s. A picture may have at most %(limit)s."),
            params={"size": filesizeformat(file.size), "limit": filesizeformat(settings.PICTURE_MAX_BYTES)},
        )
    not_a_picture = ValidationError(
        _("This file is not a picture that we can read. Send a JPEG, PNG, WebP, AVIF or GIF file."),
        code="invalid_image",
    )
    try:
        file.seek(0)
        image = Image.open(file, formats=tuple(ACCEPTED))
        if image.width * image.height > settings.PICTURE_MAX_PIXELS:
            raise ValidationError(
                _(
                    "This picture has %(pixels)d megapixels. At most %(limit)d are possible: "
                    "make it smaller and send it again."
                ),
                params={
                    "pixels": image.width * image.height // 1_000_000,
                    "limit": settings.PICTURE_MAX_PIXELS // 1_000_000,
                },
            )
        kept = ACCEPTED[image.format]
        profile = image.info.get("icc_profile")
        image = ImageOps.exif_transpose(image)
        mode = image.mode
        image = _in_mode_for(image, kept)
        image.info = {}
        buffer = io.BytesIO()
        options = {"icc_profile": profile} if profile and image.mode == mode else {}
        image.save(buffer, format=kept, quality=90, **options)
    except ValidationError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise not_a_picture from error
    data = buffer.getvalue()
    return CleanPicture(data, name=hashlib.sha256(data).hexdigest()[:16] + ENDINGS[kept])


def _in_mode_for(image, image_format):
    if image_format == "JPEG":
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    return image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGBA")


def media_path(instance, filename):
    """Where a file is kept: below the key of the content it belongs to, so that it is hidden with it.

    A row that is no content itself (an edition) names its content in `media_owner`.
    """
    owner = getattr(instance, "media_owner", instance)
    return f"{owner._meta.app_label}/{owner._meta.model_name}/{owner.key}/{PurePosixPath(filename).name}"


def store_by_content(instance, field, content):
    """Keep a file that is named by its content; the same content is kept once."""
    file = getattr(instance, field.name)
    name = field.generate_filename(instance, content.name)
    if file.storage.exists(name):
        setattr(instance, field.name, name)
    else:
        file.save(content.name, content, save=False)


class PictureFormField(forms.FileField):
    """A file field that takes pictures only, whatever their name says."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return clean_picture(file) if file and file is not initial else file


class PictureField(models.ImageField):
    """A picture with its width and height in the columns `width_field` and `height_field`.

    `widths`: the widths in pixels of the renditions, ascending. `ratio`: width and height that renditions are cut
    to, None to keep the picture's own. `focus_fields`: columns with the point, in percent from the left and from
    the top, that a cut must keep.
    """

    def __init__(self, *args, widths=(160, 320), ratio=None, focus_fields=None, **kwargs):
        self.widths, self.ratio, self.focus_fields = tuple(widths), ratio, focus_fields
        kwargs.setdefault("upload_to", media_path)
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        # Renditions are no business of the database.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs

    def formfield(self, **kwargs):
        return models.FileField.formfield(self, **{"form_class": PictureFormField, **kwargs})

    def update_dimension_fields(self, instance, force=False, *args, **kwargs):
        # A file that is gone must not make its object uneditable.
        with contextlib.suppress(FileNotFoundError):
            super().update_dimension_fields(instance, force, *args, **kwargs)

    def pre_save(self, model_instance, add):
        file = getattr(model_instance, self.name)
        if file and not file._committed:
            # Not only forms write: loaders and imports are checked and cleaned here.
            store_by_content(model_instance, self, clean_picture(file.file))
        return getattr(model_instance, self.name)


def stem(name):
    """Return what a file and its renditions have in common: the folder, and the name up to the first hyphen or dot."""
    path = PurePosixPath(name)
    return str(path.with_name(path.name.partition(".")[0].partition("-")[0]))


def file_names(row):
    """Return the names of the files that a row holds now."""
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.FileField)]
    return {getattr(row, field.name).name for field in fields if getattr(row, field.name)}


def picture_fields(model):
    """Return the picture fields of a model."""
    return [field for field in model._meta.get_fields() if isinstance(field, PictureField)]


@dataclass(frozen=True)
class Renditions:
    """The smaller versions of one stored picture: which there are, and under which names; touches no storage."""

    name: str
    width: int
    height: int
    widths: tuple
    ratio: tuple | None = None
    focus: tuple = (50, 50)

    @classmethod
    def of(cls, instance, field):
        """Return the renditions of the picture in a field of a row."""
        focus = tuple(getattr(instance, name) for name in field.focus_fields) if field.focus_fields else (50, 50)
        width, height = getattr(instance, field.width_field), getattr(instance, field.height_field)
        return cls(getattr(instance, field.name).name, width, height, field.widths, field.ratio, focus)

    @property
    def box(self):
        """The part of the original that is shown: (left, top, right, bottom) in pixels."""
        if not self.ratio:
            return 0, 0, self.width, self.height
        scale = min(self.width / self.ratio[0], self.height / self.ratio[1])
        width, height = round(self.ratio[0] * scale), round(self.ratio[1] * scale)
        left = min(max(round(self.width * self.focus[0] / 100 - width / 2), 0), self.width - width)
        top = min(max(round(self.height * self.focus[1] / 100 - height / 2), 0), self.height - height)
        return left, top, left + width, top + height

    @property
    def sizes(self):
        """The (width, height) of each rendition, ascending: never enlarged."""
        left, top, right, bottom = self.box
        full = right - left
        widths = [width for width in self.widths if width < full]
        widths += [min(full, max(self.widths))] if full <= max(self.widths) else []
        return [(width, max(1, round((bottom - top) * width / full))) for width in widths]

    def name_of(self, width, ending):
        """Return the name of a rendition beside its original: `logo.png` gives `logo-160.avif`."""
        path = PurePosixPath(self.name)
        cut = f"-{self.focus[0]}x{self.focus[1]}" if self.ratio else ""
        return str(path.with_name(f"{path.stem}{cut}-{width}.{ending}"))


def make_renditions(instance, field):
    """Write the AVIF and WebP renditions of a stored picture that are not there yet."""
    file = getattr(instance, field.name)
    if not file:
        return
    renditions = Renditions.of(instance, field)
    missing = [
        (size, ending, name)
        for size in renditions.sizes
        for ending in RENDITIONS
        if not file.storage.exists(name := renditions.name_of(size[0], ending))
    ]
    if not missing:
        return
    try:
        with file.storage.open(file.name) as stored:
            original = Image.open(stored)
            original.load()
    except FileNotFoundError:
        # An old version was brought back after its files were cleaned up: its words are worth more than its picture.
        logger.error("The picture %s is not there", file.name)
        return
    for size, ending, name in missing:
        buffer = io.BytesIO()
        small = original.resize(size, Image.Resampling.LANCZOS, box=renditions.box)
        small.save(buffer, **RENDITIONS[ending])
        file.storage.save(name, ContentFile(buffer.getvalue()))


@dataclass(frozen=True)
class Picture:
    """A picture as the `picture` component shows it; addresses are strings, sizes pixels."""

    avif_srcset: str
    webp_src: str
    width: int
    height: int
    alt: object


def shown_picture(instance, field_name, alt):
    """Return the `Picture` of a row, None where it has none. Touches no storage."""
    file = getattr(instance, field_name)
    if not file:
        return None
    renditions = Renditions.of(instance, file.field)
    sizes, url = renditions.sizes, file.storage.url
    width, height = sizes[-1]
    return Picture(
        avif_srcset=", ".join(f"{url(renditions.name_of(size[0], 'avif'))} {size[0]}w" for size in sizes),
        webp_src=url(renditions.name_of(width, "webp")),
        width=width,
        height=height,
        alt=alt,
    )
