"""What machines look for at fixed addresses: robots.txt, security.txt, icons, the manifest, feeds, what links show."""

import datetime
import io
import xml.etree.ElementTree as ET

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone
from PIL import Image, ImageChops

from cire_site.environment import Environment, contacts
from cire_site.management.commands import make_icons
from tests.makers import DAY, make_address, make_house, make_page, make_term, make_theme, make_us, write
from tests.pages import LANGUAGES, Page, address
from tests.publications.test_feeds import check_atom, text, titles

pytestmark = pytest.mark.django_db


def fields(client, path):
    """Return [(name, value)] of a text file of such lines."""
    response = client.get(path)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "public" in response.headers["Cache-Control"]
    return [tuple(line.split(": ", 1)) for line in response.content.decode().splitlines()]


# --- robots.txt --------------------------------------------------------------------------------------------------


def test_robots_are_kept_out_of_the_admin_and_the_search_and_told_the_sitemap(client):
    assert fields(client, "/robots.txt") == [
        ("User-agent", "*"),
        ("Disallow", "/admin/"),
        ("Disallow", address("search", "fr")),
        ("Disallow", address("search", "nl")),
        ("Sitemap", "http://127.0.0.1:8000/sitemap.xml"),
    ]


# --- security.txt ------------------------------------------------------------------------------------------------


def test_whoever_finds_a_hole_learns_whom_to_tell(client, settings):
    settings.SECURITY_CONTACT = ["mailto:hole@example.org", "https://example.org/hole"]
    found = fields(client, "/.well-known/security.txt")
    assert [value for name, value in found if name == "Contact"] == settings.SECURITY_CONTACT
    assert ("Canonical", "http://127.0.0.1:8000/.well-known/security.txt") in found
    assert ("Preferred-Languages", "fr, nl, en") in found


def test_without_a_contact_the_contact_form_stands_in(client):
    contact = [value for name, value in fields(client, "/.well-known/security.txt") if name == "Contact"]
    assert contact == [f"http://127.0.0.1:8000{address('pages:contact', code)}" for code in LANGUAGES]


def test_what_it_says_never_runs_out_and_is_the_same_all_day(client, monkeypatch):
    moments = [datetime.datetime(2030, 3, 1, hour, tzinfo=datetime.UTC) for hour in (0, 12, 23)]
    said = []
    for moment in moments:
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        said.append(dict(fields(client, "/.well-known/security.txt"))["Expires"])
    assert len(set(said)) == 1
    left = datetime.datetime.fromisoformat(said[0]) - moments[0]
    assert datetime.timedelta(days=90) < left < datetime.timedelta(days=365)


@pytest.mark.parametrize(
    ("value", "links"),
    [
        ("hole@example.org", ["mailto:hole@example.org"]),
        ("a@example.org, https://example.org/x", ["mailto:a@example.org", "https://example.org/x"]),
    ],
)
def test_contacts_are_read_as_links(value, links):
    assert Environment({"SECURITY_CONTACT": value}).read("SECURITY_CONTACT", contacts) == links


@pytest.mark.parametrize("value", ["http://example.org/", "nobody", "https://a b", ","])
def test_a_contact_that_is_none_stops_the_start(value):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        Environment({"SECURITY_CONTACT": value}).read("SECURITY_CONTACT", contacts)


# --- Icons and manifest ------------------------------------------------------------------------------------------


def picture(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return Image.open(io.BytesIO(b"".join(response.streaming_content)))


def test_browsers_find_an_icon_where_they_look_without_being_told(client):
    assert picture(client, "/favicon.ico").info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert picture(client, "/apple-touch-icon.png").size == (180, 180)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_can_keep_the_site_among_its_apps(client, language):
    page = Page(client.get(address("home", language)))
    (link,) = page.link_rel("manifest")
    response = client.get(link.get("href"))
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert (manifest["lang"], manifest["start_url"]) == (language, f"/{language}/")
    assert manifest["name"].startswith("CIRÉ")
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        width, height = picture(client, icon["src"]).size
        assert icon["sizes"] == f"{width}x{height}"
    assert Page(client.get(manifest["start_url"])).lang == language


def test_the_icons_are_those_that_the_command_draws(settings, tmp_path):
    committed = settings.BASE_DIR / "static"
    for folder in ("icons", "root"):
        (tmp_path / "static" / folder).mkdir(parents=True)
    settings.BASE_DIR = tmp_path
    call_command("make_icons", stdout=io.StringIO())
    for name in (*make_icons.ICONS, make_icons.FAVICON):
        old, new = (Image.open(folder / name).convert("RGB") for folder in (committed, tmp_path / "static"))
        assert old.size == new.size
        # Another version of Pillow may round otherwise.
        assert max(high for _low, high in ImageChops.difference(old, new).getextrema()) <= 16, name
        assert (committed / name).stat().st_size < 4_000


# --- The feed of everything new ----------------------------------------------------------------------------------


def news(client, language):
    response = client.get(address("feed", language))
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "public" in response.headers["Cache-Control"]
    return ET.fromstring(response.content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_valid_and_tells_of_every_kind(client, language):
    make_house()
    make_term(fr={"title": "Terme"}, nl={"title": "Term"})
    make_page(fr={"title": "À propos"}, nl={"title": "Over ons"})
    make_address(fr={"title": "Permanence"}, nl={"title": "Spreekuur"})
    feed = news(client, language)
    assert check_atom(feed, language) == f"http://127.0.0.1:8000{address('feed', language)}"
    told = titles(feed)
    expected = {"fr": ("Logement", "Terme", "À propos", "Permanence", "Réseau du toit", "Groupe des visiteurs")}
    expected["nl"] = ("Huisvesting", "Term", "Over ons", "Spreekuur", "Daknetwerk", "Bezoekersgroep")
    assert set(expected[language]) <= set(told)
    # Places that are invented, or have gone, are no news.
    assert not [title for title in told if "oud adres" in title or "ancienne adresse" in title]


def test_the_newest_comes_first_and_a_change_brings_nothing_up(client):
    old, new = make_theme(fr={"title": "Vieux"}), make_theme(fr={"title": "Neuf"})
    now = timezone.now()
    old.translations.update(publish_from=now - 9 * DAY)
    new.translations.update(publish_from=now - DAY)
    write(old, "fr", summary="Changé.")
    feed = news(client, "fr")
    assert titles(feed) == ["Neuf", "Vieux"]
    atom = "{http://www.w3.org/2005/Atom}"
    changed = next(entry for entry in feed.iter(f"{atom}entry") if text(entry, "title") == "Vieux")
    assert text(changed, "updated") > text(changed, "published")


def test_the_feed_ends_somewhere(client):
    for number in range(35):
        make_theme(fr={"title": f"Thème {number}"})
    assert len(titles(news(client, "fr"))) == 30


def test_every_page_leads_to_the_feed_of_its_language(client):
    make_us()
    for language in LANGUAGES:
        page = Page(client.get(address("themes:list", language)))
        feeds = [link.get("href") for link in page.link_rel("alternate") if link.get("type") == "application/atom+xml"]
        assert feeds == [address("feed", language)]


# --- What links show ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_page_says_whose_site_it_is(client, language):
    us = make_us()
    data = Page(client.get(address("home", language))).json_ld
    assert data["@type"] == "WebSite"
    assert data["url"] == f"http://127.0.0.1:8000/{language}/"
    assert data["publisher"]["@id"] == f"http://127.0.0.1:8000{us.get_absolute_url(language)}"


def test_a_theme_says_what_it_is(client):
    theme = make_theme(fr={"title": "Logement", "summary": "Un toit."}, nl=None)
    data = Page(client.get(theme.get_absolute_url("nl"))).json_ld
    assert data == {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "@id": f"http://127.0.0.1:8000{theme.get_absolute_url('fr')}",
        "name": "Logement",
        "description": "Un toit.",
        "inLanguage": "fr",
    }


def test_every_kind_of_page_has_structured_data(client):
    house = make_house()
    objects = [*vars(house).values(), make_term(), make_page(), make_address()]
    without = {type(obj).__name__ for obj in objects if Page(client.get(obj.get_absolute_url("fr"))).json_ld is None}
    # An invented address is told to no machine; a real one is.
    assert without <= {"Address"}
    assert Page(client.get(objects[-1].get_absolute_url("fr"))).json_ld is not None


def test_a_shared_link_names_the_other_languages_that_there_are(client):
    both, french = make_theme(), make_theme(fr={}, nl=None)

    def others(obj):
        metas = Page(client.get(obj.get_absolute_url("fr"))).tree.iter("meta")
        return [meta.get("content") for meta in metas if meta.get("property") == "og:locale:alternate"]

    assert others(both) == ["nl_BE"]
    assert others(french) == []
