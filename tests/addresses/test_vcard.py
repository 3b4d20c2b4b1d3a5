"""An address in a phone's address book: a vCard 4.0 that any telephone reads (RFC 6350)."""

import re

import pytest
from django.utils.translation import gettext, override

from addresses.models import Address
from addresses.plain_text import plain_text
from addresses.vcard import card, escape, fold
from tests.makers import make_address
from tests.pages import LANGUAGES, address

pytestmark = pytest.mark.django_db


def card_of(obj, language="fr"):
    with override(language):
        return card(Address.objects.public(language).with_relations().get(pk=obj.pk))


def properties(text):
    """[(name, value)] of a card, its folded lines whole again."""
    assert text.endswith("\r\n")
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]
    return [tuple(line.split(":", 1)) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_is_a_file_with_what_the_page_says(client, language):
    obj = make_address(
        fr={"title": "Permanence, accueil; écoute", "slug": "permanence", "street": "rue de l’Exemple 12"},
        nl={"title": "Spreekuur, onthaal; luisteren", "slug": "spreekuur", "street": "Voorbeeldstraat 12"},
        phones=["02 000 00 01", "112"],
        email="desk@example.org",
        website="https://example.org/",
        latitude="50.869000",
        longitude="4.377000",
    )
    slug = {"fr": "permanence", "nl": "spreekuur"}[language]
    response = client.get(address("addresses:vcard", language, slug=slug))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{slug}.vcf"'
    assert not response.cookies
    found = properties(response.content.decode())
    assert found[:3] == [("BEGIN", "VCARD"), ("VERSION", "4.0"), ("KIND", "org")]
    assert found[-1] == ("END", "VCARD")
    values = dict(found)
    assert values["UID"] == f"urn:uuid:{obj.key}"
    assert (
        values[f"FN;LANGUAGE={language}"]
        == {
            "fr": "Permanence\\, accueil\\; écoute",
            "nl": "Spreekuur\\, onthaal\\; luisteren",
        }[language]
    )
    assert [value for name, value in found if name.startswith("TEL")] == ["tel:+3220000001", "tel:112"]
    assert (
        values["ADR;TYPE=work"]
        == {
            "fr": ";;rue de l’Exemple 12;Schaerbeek;;1030;",
            "nl": ";;Voorbeeldstraat 12;Schaarbeek;;1030;",
        }[language]
    )
    assert values["GEO"] == "geo:50.869000,4.377000"
    assert values["EMAIL;TYPE=work"] == "desk@example.org"
    assert values["URL"] == "https://example.org/"
    assert values["SOURCE"].endswith(obj.get_absolute_url(language))


def test_what_is_not_known_is_not_there():
    names = [name for name, _value in properties(card_of(make_address(postcode="", commune_nis="")))]
    assert [name.partition(";")[0] for name in names] == [
        "BEGIN",
        "VERSION",
        "KIND",
        "UID",
        "FN",
        "NOTE",
        "SOURCE",
        "END",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invented_example_says_so_far_from_its_page_too(language):
    invented, real = (make_address(is_sample=sample) for sample in (True, False))
    with override(language):
        words = gettext("Invented example")
        assert dict(properties(card_of(invented, language)))["NOTE"] == words
        assert "NOTE" not in dict(properties(card_of(real, language)))
        for obj, is_said in ((invented, True), (real, False)):
            seen = Address.objects.public(language).with_relations().get(pk=obj.pk)
            assert (words in plain_text(seen).splitlines()) is is_said


def test_a_name_in_another_language_is_marked_so():
    names = dict(properties(card_of(make_address(fr={"title": "PICUM", "title_language": "en"}))))
    assert names["FN;LANGUAGE=en"] == "PICUM"


@pytest.mark.parametrize(
    "title", ["Permanence " + "très longue " * 15, "é" * 200, "🏠" * 60, "a" * 72, "a" * 73, "دليل السكن " * 15]
)
def test_long_lines_are_folded_at_75_octets_and_never_inside_a_character(title):
    text = card_of(make_address(fr={"title": title.strip()}))
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert dict(properties(text))["FN;LANGUAGE=fr"] == title.strip()


def test_nothing_that_somebody_writes_begins_a_line_of_its_own():
    text = card_of(make_address(fr={"title": "A", "street": "rue 1\r\nTEL:666\nTEL:667\u2028TEL:668\\n"}))
    assert not [name for name, _value in properties(text) if name.startswith("TEL")]
    assert escape("a\\b,c;d\ne\r\nf") == "a\\\\b\\,c\\;d\\ne\\nf"


def test_a_fold_is_undone_by_leaving_it_out():
    for length in range(70, 160):
        line = "".join(chr(97 + number % 26) for number in range(length))
        assert fold(line).replace("\r\n ", "") == line
