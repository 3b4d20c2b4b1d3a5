"""Covers go through the cleaning of every picture: the corpus of hostile files, and what it makes of them."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from content.pictures import clean_picture
from tests.publications import files


@pytest.mark.parametrize(
    "make", [files.png_with_false_header, files.eps, files.svg_with_script, files.png_bomb, files.good_pdf]
)
def test_what_is_no_picture_is_refused_in_words(make):
    with pytest.raises(ValidationError) as caught:
        clean_picture(ContentFile(make(), name="cover.png"))
    assert "%" not in caught.value.messages[0]


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
def test_a_sound_picture_is_taken_whatever_its_name(image_format):
    clean = clean_picture(ContentFile(files.good_picture(image_format), name="x.exe"))
    assert Image.open(clean).size == (60, 40)
    assert not clean.name.endswith(".exe")


def test_a_photograph_loses_where_and_with_what_it_was_taken_and_stands_upright():
    data = files.jpeg_with_place()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    clean = clean_picture(ContentFile(data, name="cover.jpg"))
    picture = Image.open(clean)
    assert picture.size == (40, 60)
    assert dict(picture.getexif()) == {}
    clean.seek(0)
    assert b"Secret Camera" not in clean.read()
