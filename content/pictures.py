"""Pictures: what may be uploaded, how it is cleaned, and the smaller AVIF and WebP renditions that pages use.

Not django-imagefield: it makes renditions in a signal receiver at every save, a raw one included, and files them
under names from which their owner cannot be told, so that a hidden object's pictures could not be hidden with it.
"""

import hashlib
import io
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
        image = _in_mode_for(image, kept)
        image.info = {}
        buffer = io.BytesIO()
        options = {"icc_profile": profile} if profile and image.mode in ("RGB", "RGBA", "L") else {}
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


def picture_path(instance, filename):
    """Where a picture is kept: below the key of its object, so that it can be hidden with it."""
    meta = instance._meta
    return f"{meta.app_label}/{meta.model_name}/{instance.key}/{PurePosixPath(filename).name}"


class PictureFormField(forms.FileField):
    """A file field that takes pictures only, whatever their name says."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return clean_picture(file) if file and file is not initial else file


class PictureField(models.ImageField):
    """A picture with its width and height in `<name>_width` and `<name>_height`.

    `widths`: the widths in pixels of the renditions, ascending.
    """

    def __init__(self, *args, widths=(160, 320), **kwargs):
        self.widths = tuple(widths)
        kwargs.setdefault("upload_to", picture_path)
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "widths": self.widths}

    def formfield(self, **kwargs):
        return models.FileField.formfield(self, **{"form_class": PictureFormField, **kwargs})

    def pre_save(self, model_instance, add):
        file = getattr(model_instance, self.name)
        if file and not file._committed:
            # Not only forms write: loaders and imports are checked and cleaned here.
            clean = clean_picture(file.file)
            name = self.generate_filename(model_instance, clean.name)
            if file.storage.exists(name):  # named by its content: the same picture
                setattr(model_instance, self.name, name)
                return getattr(model_instance, self.name)
            file.save(clean.name, clean, save=False)
        return file


def picture_fields(model):
    """Return the picture fields of a model."""
    return [field for field in model._meta.get_fields() if isinstance(field, PictureField)]


def rendition_widths(widths, full_width):
    """Return the widths that renditions of a picture `full_width` wide have: never enlarged."""
    return [width for width in widths if width < full_width] + [min(full_width, max(widths))] * (
        full_width <= max(widths)
    )


def rendition_name(name, width, ending):
    """Return the name of a rendition beside its original: `logo.png` gives `logo-160.avif`."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{width}.{ending}"))


def make_renditions(file, widths):
    """Write the AVIF and WebP renditions of a stored picture that are not there yet."""
    if not file:
        return
    missing = [
        (width, ending, rendition_name(file.name, width, ending))
        for width in rendition_widths(widths, file.width)
        for ending in RENDITIONS
    ]
    missing = [entry for entry in missing if not file.storage.exists(entry[2])]
    if not missing:
        return
    with file.storage.open(file.name) as stored:
        original = Image.open(stored)
        original.load()
    for width, ending, name in missing:
        height = max(1, round(original.height * width / original.width))
        buffer = io.BytesIO()
        original.resize((width, height), Image.Resampling.LANCZOS).save(buffer, **RENDITIONS[ending])
        file.storage.save(name, ContentFile(buffer.getvalue()))


@dataclass(frozen=True)
class Picture:
    """A picture as the `picture` component shows it; addresses are strings, sizes pixels."""

    avif_srcset: str
    webp_src: str
    width: int
    height: int
    alt: object


def shown_picture(file, alt, widths):
    """Return the `Picture` of a stored file, None where there is none. Touches no storage."""
    if not file:
        return None
    full_width, full_height = (
        file.instance.__dict__[file.field.width_field],
        file.instance.__dict__[file.field.height_field],
    )
    ready = rendition_widths(widths, full_width)
    url = file.storage.url
    return Picture(
        avif_srcset=", ".join(f"{url(rendition_name(file.name, width, 'avif'))} {width}w" for width in ready),
        webp_src=url(rendition_name(file.name, ready[-1], "webp")),
        width=ready[-1],
        height=max(1, round(full_height * ready[-1] / full_width)),
        alt=alt,
    )
