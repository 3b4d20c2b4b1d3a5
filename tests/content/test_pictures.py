"""Pictures: only real ones are taken, nothing private stays in them, and they can be hidden with what they show."""

import io
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from content.pictures import PictureFormField, Renditions, clean_picture
from content.saving import save_content
from networks.models import Network
from tests.makers import make_network, make_picture, make_staff, unsaved

ORIENTATION, RIGHT_TOP = ExifTags.Base.Orientation, 6


def opened(file):
    file.seek(0)
    image = Image.open(io.BytesIO(file.read()))
    image.load()
    return image


def photo(format="JPEG", width=60, height=40):
    """Return a photograph as a phone makes it: lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = RIGHT_TOP
    exif[ExifTags.Base.Make] = "Telephone 3"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (50.0, 50.0, 47.0)
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSDateStamp] = "2026:11:23"
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width, 4))  # the top edge of what the sensor saw
    buffer = io.BytesIO()
    image.save(buffer, format=format, exif=exif, quality=95)
    return SimpleUploadedFile(f"photo.{format.lower()}", buffer.getvalue())


# --- What is taken ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept", "ending"),
    [
        ("JPEG", "JPEG", ".jpg"),
        ("PNG", "PNG", ".png"),
        ("WEBP", "WEBP", ".webp"),
        ("AVIF", "AVIF", ".avif"),
        ("GIF", "PNG", ".png"),
    ],
)
def test_the_usual_formats_are_taken_by_what_they_are_not_by_their_name(given, kept, ending):
    clean = clean_picture(make_picture(format=given, name="whatever.txt"))
    assert opened(clean).format == kept
    assert Path(clean.name).suffix == ending
    assert "whatever" not in clean.name


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode):
    color = {"LA": (9, 255), "RGB": "navy", "RGBA": (0, 0, 9, 9)}.get(mode, 1)
    assert opened(clean_picture(make_picture(mode=mode, color=color))).size == (60, 40)


def test_a_picture_for_print_is_taken():
    assert opened(clean_picture(make_picture(format="JPEG", mode="CMYK", color=(0, 0, 0, 9)))).mode == "RGB"


def test_a_transparent_picture_stays_transparent():
    clean = opened(clean_picture(make_picture(mode="RGBA", color=(0, 0, 0, 0))))
    assert clean.convert("RGBA").getpixel((0, 0))[3] == 0


TRUNCATED = make_picture(400, 300, format="JPEG").read()[:-200]


@pytest.mark.parametrize(
    "data",
    [
        b"This is no picture.\n",
        b"\x89PNG\r\n\x1a\n",
        b"",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>alert(1)</script>",
        make_picture(format="BMP").read(),
        make_picture(format="TIFF").read(),
        TRUNCATED,
    ],
    ids=["text", "only the first bytes", "nothing", "pdf", "svg", "script", "bmp", "tiff", "half a picture"],
)
def test_a_file_that_is_no_picture_is_refused_with_what_to_send_instead(data):
    for language in ("fr", "nl"):
        with override(language), pytest.raises(ValidationError) as refused:
            clean_picture(SimpleUploadedFile("logo.png", data, content_type="image/png"))
        with override(language):
            assert "PNG" in refused.value.messages[0] or "WebP" in refused.value.messages[0]


def test_the_refusal_is_in_the_readers_language():
    messages = set()
    for language in ("fr", "nl"):
        with override(language), pytest.raises(ValidationError) as refused:
            clean_picture(SimpleUploadedFile("logo.png", b"text"))
        with override(language):
            messages.add(refused.value.messages[0])
    assert len(messages) == 2


def test_a_picture_of_60_megapixels_is_refused_before_it_is_decoded(monkeypatch):
    huge = make_picture(10_000, 6_000, mode="1", color=1)
    assert huge.size < 100_000

    def decode(self):
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decode)
    with override("fr"), pytest.raises(ValidationError) as refused:
        clean_picture(huge)
    with override("fr"):
        assert "60" in refused.value.messages[0]
        assert "50" in refused.value.messages[0]


def test_a_picture_that_claims_a_monstrous_size_is_refused():
    data = bytearray(make_picture(mode="1", color=1).read())
    data[16:24] = (2**31 - 1).to_bytes(4, "big") * 2  # width and height in the header, whose checksum is now wrong
    with pytest.raises(ValidationError):
        clean_picture(SimpleUploadedFile("logo.png", bytes(data)))


def test_a_file_of_too_many_bytes_is_refused(settings):
    settings.PICTURE_MAX_BYTES = 50
    with override("fr"), pytest.raises(ValidationError) as refused:
        clean_picture(make_picture())
    with override("fr"):
        assert "50" in refused.value.messages[0]


def test_a_form_refuses_a_text_named_png():
    with pytest.raises(ValidationError):
        PictureFormField().clean(SimpleUploadedFile("logo.png", b"text", content_type="image/png"))


# --- What stays in it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_the_place_where_a_photograph_was_taken_is_not_kept(format):
    given = photo(format)
    assert opened(given).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    clean = clean_picture(given)
    image = opened(clean)
    assert not dict(image.getexif())
    clean.seek(0)
    data = clean.read()
    assert b"Telephone" not in data
    assert b"2026:11:23" not in data
    assert b"Exif" not in data


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_a_photograph_taken_on_its_side_stands_upright(format):
    image = opened(clean_picture(photo(format)))
    assert image.size == (40, 60)
    red, _green, blue = image.convert("RGB").getpixel((38, 30))
    assert red > 180
    assert blue < 90
    assert min(image.convert("RGB").getpixel((2, 30))) > 200


def test_comments_and_texts_in_a_picture_are_not_kept():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Somebody")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Somebody</x:xmpmeta>")
    for given in (
        make_picture(pnginfo=info),
        make_picture(format="JPEG", comment=b"Somebody"),
        make_picture(format="GIF", comment=b"Somebody"),
        make_picture(format="WEBP", xmp=b"<x:xmpmeta>Somebody</x:xmpmeta>"),
        make_picture(format="AVIF", xmp=b"<x:xmpmeta>Somebody</x:xmpmeta>"),
        make_picture(format="JPEG", xmp=b"<x:xmpmeta>Somebody</x:xmpmeta>"),
    ):
        clean = clean_picture(given)
        clean.seek(0)
        assert b"Somebody" not in clean.read(), given.name


def test_the_colours_of_a_picture_are_kept():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(clean_picture(make_picture(format="JPEG", icc_profile=profile))).info["icc_profile"] == profile


def test_the_same_picture_has_the_same_name():
    assert clean_picture(make_picture(name="a.png")).name == clean_picture(make_picture(name="b.png")).name
    assert clean_picture(make_picture()).name != clean_picture(make_picture(color="red")).name


# --- Renditions ------------------------------------------------------------------------------------------------


def files_of(network):
    return {path.name: path for path in Path(network.logo.path).parent.iterdir()}


@pytest.mark.parametrize(
    ("full", "made"), [(60, [60]), (160, [160]), (200, [160, 200]), (320, [160, 320]), (4000, [160, 320])]
)
def test_a_rendition_is_never_larger_than_the_picture(full, made):
    assert Renditions("logo.png", full, full // 2, (160, 320)).sizes == [(width, width // 2) for width in made]


@pytest.mark.django_db
def test_renditions_are_made_when_a_picture_is_saved():
    network = make_network(logo=make_picture(400, 200, color="teal"))
    stem = Path(network.logo.name).stem
    files = files_of(network)
    assert set(files) == {f"{stem}.png"} | {f"{stem}-{width}.{end}" for width in (160, 320) for end in ("avif", "webp")}
    for name, path in files.items():
        with Image.open(path) as image:
            assert image.format.lower() == path.suffix[1:]
            assert image.width == int(name.partition("-")[2].partition(".")[0] or 400)
            assert image.height == image.width / 2
    assert (network.logo_width, network.logo_height) == (400, 200)
    shown = network.logo_picture
    assert shown.webp_src.endswith(f"{stem}-320.webp")
    assert (shown.width, shown.height) == (320, 160)
    assert " 160w" in shown.avif_srcset
    assert " 320w" in shown.avif_srcset


@pytest.mark.django_db
def test_no_picture_is_made_or_read_while_a_page_renders(client, monkeypatch):
    network = make_network(logo=make_picture(400, 200))
    before = set(files_of(network))
    monkeypatch.setattr(Image, "open", lambda *args, **kwargs: pytest.fail("a picture was opened"))
    assert client.get(network.get_absolute_url("fr")).status_code == 200
    assert set(files_of(network)) == before


@pytest.mark.django_db
def test_a_small_picture_has_renditions_of_its_own_size():
    network = make_network(logo=make_picture(60, 40))
    stem = Path(network.logo.name).stem
    assert set(files_of(network)) == {f"{stem}.png", f"{stem}-60.avif", f"{stem}-60.webp"}


@pytest.mark.django_db
def test_saving_again_makes_no_more_files():
    network = make_network(logo=make_picture(60, 40))
    before = {name: path.stat().st_mtime_ns for name, path in files_of(network).items()}
    save_content(network)
    assert {name: path.stat().st_mtime_ns for name, path in files_of(network).items()} == before


@pytest.mark.django_db
def test_a_loader_that_hands_over_a_raw_picture_gets_it_cleaned_too():
    network = make_network(logo=ContentFile(photo().read(), name="../../évasion.php"))
    assert network.logo.name.startswith(f"networks/network/{network.key}/")
    assert network.logo.name.endswith(".jpg")
    assert not dict(Image.open(network.logo.path).getexif())
    with pytest.raises(ValidationError):
        save_content(unsaved(Network, logo=ContentFile(b"text", name="logo.png")))


# --- Reading them ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("format", "type_"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("AVIF", "image/avif")],
)
def test_a_published_picture_is_served_with_its_type(client, format, type_):
    network = make_network(logo=make_picture(60, 40, format=format, name="x.html"))
    response = client.get(network.logo.url)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == type_
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies
    assert b"".join(response.streaming_content) == Path(network.logo.path).read_bytes()


@pytest.mark.django_db
def test_the_renditions_on_a_page_are_served(client):
    network = make_network(logo=make_picture(400, 200))
    shown = network.logo_picture
    for url in [shown.webp_src, *(part.split()[0] for part in shown.avif_srcset.split(","))]:
        assert client.get(url).headers["Content-Type"] in {"image/webp", "image/avif"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_the_pictures_of_something_hidden_are_hidden_with_it(client, state):
    network = make_network(fr={}, nl={}, state=state, logo=make_picture(60, 40))
    for path in Path(network.logo.path).parent.iterdir():
        url = network.logo.url.rpartition("/")[0] + f"/{path.name}"
        assert client.get(url).status_code == 404


@pytest.mark.django_db
def test_the_picture_of_a_preview_is_seen_by_staff_only_and_kept_by_no_cache(client):
    network = make_network(state="draft", logo=make_picture(60, 40))
    client.force_login(make_staff("Translators"))
    response = client.get(network.logo.url)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    client.force_login(make_staff())
    assert client.get(network.logo.url).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "nope.png", "a%00.png", "..", "..%2f..%2fdb.sqlite3", "%2e%2e%2fx.png", "logo.php", "logo.svg",
        "x" * 3000 + ".png", ".png", "é.png", "a\\b.png", "logo.PNG",
    ],
)  # fmt: skip
def test_a_name_that_is_no_picture_of_ours_is_not_found(client, name):
    network = make_network(logo=make_picture(60, 40))
    base = network.logo.url.rpartition("/")[0]
    assert client.get(f"{base}/{name}").status_code == 404


@pytest.mark.django_db
def test_a_picture_is_found_below_its_own_object_only(client):
    network, other = make_network(logo=make_picture(60, 40)), make_network()
    url = network.logo.url
    for wrong in (
        url.replace(str(network.key), str(other.key)),
        url.replace("/networks/network/", "/groups/group/"),
        url.replace("/networks/network/", "/accounts/user/"),
        url.replace("/networks/network/", "/networks/networktranslation/"),
        url.replace("/networks/network/", "/nope/nope/"),
        url.replace("/networks/network/", "/networks/Network/"),
        url.replace("/networks/", "/reversion/"),
    ):
        assert client.get(wrong).status_code in {404}, wrong
