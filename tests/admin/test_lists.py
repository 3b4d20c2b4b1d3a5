"""Staff find what they look for in lists, and the start page tells what waits."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from content.saving import match_source, save_content
from networks.models import Network
from organisations.models import Organisation
from tests.admin.desk import (
    TWO_MODELS,
    Form,
    Sheet,
    change_url,
    make_superuser,
    name_of,
    signed_in,
    text_of,
    url,
    verified,
)
from tests.makers import (
    make,
    make_figure,
    make_network,
    make_organisation,
    make_seat,
    make_staff,
    make_theme,
    make_us,
    write,
)
from themes.models import Theme

pytestmark = pytest.mark.django_db

models = pytest.mark.parametrize("model", TWO_MODELS, ids=name_of)
THIS_YEAR = timezone.localdate().year


@pytest.fixture
def client():
    """The browser of an editor."""
    return signed_in(make_staff("Editors"))


def listed(client, model, **query):
    """Return the names in a list, in order."""
    response = client.get(url(model, "changelist"), query)
    assert response.status_code == 200, response
    return Sheet(response).names()


def make_translated(model, **given):
    """Make an object whose Dutch was made from its French."""
    obj = make(model, **given)
    match_source(obj, "nl", "fr")
    save_content(obj)
    return model.objects.get(pk=obj.pk)


def waiting(client):
    """Return {heading of a section of the start page: [what is listed there]}."""
    page = Sheet(client.get("/admin/"))
    (box,) = page.with_class("waiting")
    sections = {}
    for section in box.iter("section"):
        heading = " ".join("".join(next(section.iter("h2")).itertext()).split())
        sections[heading] = [" ".join("".join(item.itertext()).split()) for item in section.iter("li")]
    return sections


def about(sections, word):
    """Return (the number that stands over a section, what it lists), found by a word of its heading."""
    ((heading, entries),) = [(heading, entries) for heading, entries in sections.items() if word in heading]
    return int(heading.split()[-1]), entries


# --- Lists -----------------------------------------------------------------------------------------------------


@models
def test_the_list_shows_the_state_of_each_language(model, client):
    make(model, fr={"title": "Toit"}, nl={"title": "Dak", "state": "scheduled"})
    make(model, fr={"title": "Un brouillon", "state": "draft"}, nl=None)
    rows = Sheet(client.get(url(model, "changelist"))).rows()
    states = {row[0] if row[0] else row[1]: row[-2:] for row in rows}
    assert states == {"Toit": ["publié", "programmé"], "Un brouillon": ["brouillon", "pas de texte"]}


def test_the_list_of_networks_shows_our_role_and_the_themes(client):
    us, other, theme = make_us(), make_organisation(), make_theme(fr={"title": "Logement"}, nl=None)
    make_network(
        fr={"title": "Toit"},
        themes=[theme],
        seats=[
            {"organisation": us, "role": "founder"},
            {"organisation": us, "role": "permanent_guest", "until": "2000"},
            {"organisation": other, "role": "coordinator"},
        ],
    )
    (row,) = Sheet(client.get(url(Network, "changelist"))).rows()
    assert "membre fondateur" in row
    assert "Logement" in row


@models
def test_the_list_is_in_the_order_of_the_names_that_are_shown(model, client):
    for title in ("Zèbre", "école", "Œuvre", "Abri"):
        make(model, fr={"title": title}, nl=None)
    make(model, fr=None, nl={"title": "Dak"})
    assert listed(client, model) == ["Abri", "Dak", "école", "Œuvre", "Zèbre"]


@models
def test_a_search_finds_without_accents_and_lists_nothing_twice(model, client):
    make(model, fr={"title": "Réfugié·e·s et Œuvres", "name_explained": "Commun"}, nl={"title": "Commun"})
    make(model, fr={"title": "Autre"}, nl={"title": "Ander"})
    found = ["Réfugié·e·s et Œuvres"]
    for words in ("refugiees", "RÉFUGIÉ", "oeuvres", "œuv", "commun", "  commun  ", "oeuvres refugie"):
        assert listed(client, model, q=words) == found, words
    for words in ("refugiees ander", "nichts", "refugiees nichts"):
        assert listed(client, model, q=words) == [], words
    for marks in ("%", "_", "\\", "'", "%_%"):  # no words: no condition
        assert len(listed(client, model, q=marks)) == 2, marks
    assert len(listed(client, model, q="")) == 2


def test_an_organisation_is_found_by_its_acronym_in_either_language(client):
    make_organisation(
        fr={"title": "Comité belge", "acronym": "CBAR"}, nl={"title": "Belgisch Comité", "acronym": "BCHV"}
    )
    for words in ("cbar", "bchv", "comite belge", "belgisch"):
        assert listed(client, Organisation, q=words) == ["CBAR"], words
    assert listed(client, Organisation, q="comite bchv belge") == []  # words of two languages


@models
def test_the_filter_by_state_narrows_each_language_by_itself(model, client):
    states = ("draft", "scheduled", "published", "withdrawn")
    for state in states:
        make(model, fr={"title": state, "state": state}, nl={"title": f"nl {state}"})
    make(model, fr=None, nl={"title": "zonder", "state": "draft"})
    for state in states:
        assert listed(client, model, text_fr=state) == [state]
    assert listed(client, model, text_fr="missing") == ["zonder"]
    assert listed(client, model, text_nl="draft") == ["zonder"]
    assert listed(client, model, text_nl="missing") == []
    assert listed(client, model, text_fr="draft", text_nl="draft") == []
    assert listed(client, model, text_fr="draft", text_nl="published") == ["draft"]
    assert len(listed(client, model)) == 5


@pytest.mark.parametrize(
    "query",
    [
        {"text_fr": "x"},
        {"text_fr": "\x00"},
        {"kind__exact": "\x00"},
        {"scope__exact": "\x00"},
        {"scope__exact": "x" * 5000},
        {"q": "\x00"},
        {"q": "é" * 5000},
        {"q": "a " * 500},
        {"p": "x"},
        {"p": "999"},
        {"p": "-1"},
        {"p": "²"},
        {"o": "x.y.-99"},
        {"o": "9" * 40},
        {"all": "\x00"},
        {"e": "1"},
        {"language": "xx"},
        {"nothing": "1"},
        {"id__exact": "x"},
        {"id__in": "1,2,x"},
        {"translations__text__contains": "a"},
        {"translations__master__seats__organisation__is_site": "1"},
        {"_changelist_filters": "\x00"},
    ],
    ids=lambda query: "-".join(f"{name}={value[:8]!r}" for name, value in query.items()),
)
@models
def test_nothing_in_the_address_breaks_a_list(model, query, client):
    make(model, fr={"title": "Toit"})
    response = client.get(url(model, "changelist"), query)
    assert response.status_code in {200, 302, 400, 404}
    if response.status_code == 302:
        assert response.headers["Location"].startswith(url(model, "changelist"))
        assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("field", ["organisation", "mandated_by"])
def test_an_autocomplete_finds_organisations_as_the_list_does(field, client):
    make_organisation(fr={"title": "Réfugié·e·s"}, nl={"title": "Vluchtelingen"})
    make_organisation(fr={"title": "Autre"}, nl={"title": "Ander"})
    query = {"app_label": "networks", "model_name": "networkmembership", "field_name": field}
    for words in ("refugie", "vluchtelingen", "REFUGIEES"):
        results = client.get("/admin/autocomplete/", {**query, "term": words}).json()["results"]
        assert [result["text"] for result in results] == ["Réfugié·e·s"]
    for term, page in (("\x00", "1"), ("a", "x"), ("a", "999"), ("%", "1"), ("é" * 3000, "1")):
        assert client.get("/admin/autocomplete/", {**query, "term": term, "page": page}).status_code in {200, 404}


@pytest.mark.parametrize(
    "change",
    [{"field_name": "role"}, {"field_name": "x"}, {"model_name": "x"}, {"app_label": ""}],
)
def test_an_autocomplete_of_anything_else_is_refused(change, client):
    query = {"app_label": "networks", "model_name": "networkmembership", "field_name": "organisation", **change}
    assert client.get("/admin/autocomplete/", query).status_code == 403


# --- Older translations ----------------------------------------------------------------------------------------


@models
def test_an_older_translation_is_told_in_the_list_the_filter_the_page_and_the_start_page(model, client):
    obj = make_translated(model, fr={"title": "Toit", "text": "<p>Un.</p>"}, nl={"title": "Dak"})
    make_translated(model, fr={"title": "En règle"}, nl={"title": "In orde"})
    assert listed(client, model, text_nl="older") == []
    assert about(waiting(client), "changé")[0] == 0

    Form(client, change_url(obj, "fr")).save(text="<p>Deux.</p>")
    assert listed(client, model, text_nl="older") == ["Toit"]
    assert listed(client, model, text_fr="older") == []
    rows = Sheet(client.get(url(model, "changelist"))).rows()
    assert ["ancienne" in row[-1] for row in rows] == [
        False,
        True,
    ]
    count, entries = about(waiting(client), "changé")
    assert (count, len(entries)) == (1, 1)
    assert "Toit" in entries[0]
    form = Form(client, change_url(obj, "nl"))
    assert form.with_class("older-note")
    assert not Form(client, change_url(obj, "fr")).with_class("older-note")

    form.save("_matches:fr", summary="Weer juist.")
    assert text_of(obj, "nl").summary == "Weer juist."
    assert listed(client, model, text_nl="older") == []
    assert about(waiting(client), "changé")[0] == 0
    assert not Form(client, change_url(obj, "nl")).with_class("older-note")


@models
def test_a_minor_change_leaves_the_translation_in_step(model, client):
    obj = make_translated(model, fr={"title": "Toit", "text": "<p>Un.</p>"}, nl={"title": "Dak"})
    Form(client, change_url(obj, "fr")).save(text="<p>Une.</p>", minor_change="on")
    assert text_of(obj, "fr").text == "<p>Une.</p>"
    assert listed(client, model, text_nl="older") == []
    Form(client, change_url(obj, "fr")).save(text="<p>Autre chose.</p>")
    assert listed(client, model, text_nl="older") == ["Toit"]
    # A translation that is behind stays behind.
    Form(client, change_url(obj, "fr")).save(text="<p>Autre chose !</p>", minor_change="on")
    assert listed(client, model, text_nl="older") == ["Toit"]


@models
def test_a_text_is_marked_as_a_translation_only_by_its_button(model, client):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak"})
    form = Form(client, change_url(obj, "nl"))
    assert "néerlandais" in form.buttons["_matches:fr"]
    assert "français" in form.buttons["_matches:fr"]
    form.save()
    Form(client, change_url(obj, "fr")).save(title="Autre")
    assert listed(client, model, text_nl="older") == []
    assert "_matches:nl" not in Form(client, change_url(make(model, fr={"title": "Seul"}, nl=None), "fr")).buttons


# --- The start page --------------------------------------------------------------------------------------------


@models
def test_the_start_page_tells_what_waits(model, client):
    assert {
        count for count, _entries in (about(waiting(client), word) for word in ("Brouillons", "seule", "changé"))
    } == {0}
    make(model, fr={"title": "Un brouillon", "state": "draft"}, nl={"title": "Nl"})
    make(model, fr={"title": "Seul"}, nl=None)
    make(model, fr={"title": "Complet"}, nl={"title": "Volledig"})
    make(model, fr={"title": "Bientôt"}, nl={"title": "Straks", "state": "scheduled"})
    sections = waiting(client)
    kind = str(model._meta.verbose_name)
    count, entries = about(sections, "Brouillons")
    assert count == 1
    assert "Un brouillon" in entries[0]
    assert str(kind).lower() in entries[0].lower()
    count, entries = about(sections, "seule")
    assert count == 3
    assert not [entry for entry in entries if "Complet" in entry]


def test_figures_that_are_old_or_without_a_year_wait(client):
    body = make_network(fr={"title": "Toit"})
    for year, label in (
        (THIS_YEAR, "cette année"),
        (THIS_YEAR - 3, "trois ans"),
        (THIS_YEAR - 4, "quatre ans"),
        (None, "sans"),
    ):
        make_figure(body, label={"fr": label}, year=year)
    count, entries = about(waiting(client), "Chiffres")
    assert count == 2
    assert sorted(word for word in ("cette année", "trois ans", "quatre ans", "sans") if word in " ".join(entries)) == [
        "quatre ans",
        "sans",
    ]
    assert all("Toit" in entry for entry in entries)


def test_the_links_of_the_start_page_lead_to_what_waits(client):
    obj = make(Theme, fr={"title": "Un brouillon", "state": "draft"}, nl=None)
    page = Sheet(client.get("/admin/"))
    assert url(Theme, "change", obj.pk) in page.hrefs
    assert client.get(url(Theme, "change", obj.pk)).status_code == 200


def test_the_start_page_shows_each_person_only_what_they_may_see():
    make(Theme, fr={"title": "Un thème secret", "state": "draft"}, nl=None)
    body = make_network(fr={"title": "Un réseau secret", "state": "draft"}, nl=None)
    make_figure(body, year=None)
    nobody, reader = make_staff(), make_staff()
    reader.user_permissions.add(Permission.objects.get(codename="view_theme"))
    assert all(not entries and heading.endswith(" 0") for heading, entries in waiting(signed_in(nobody)).items())
    sections = waiting(signed_in(reader))
    assert about(sections, "Brouillons")[0] == 1
    assert "secret" in " ".join(about(sections, "Brouillons")[1])
    assert about(sections, "Chiffres")[0] == 0
    page = signed_in(reader).get("/admin/").content.decode()
    assert "Un réseau secret" not in page


# --- Costs -----------------------------------------------------------------------------------------------------


def queries(client, address):
    client.get(address)  # sessions, content types and the like are looked up once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def fill(model, number):
    us = Organisation.objects.site().first() or make_us()
    for _number in range(number):
        obj = make(model, fr={"state": "draft"}, nl={})
        old = make_translated(model, fr={}, nl={})
        write(old, "fr", summary="Changé.")
        make(model, fr={}, nl=None)
        if hasattr(obj, "seats"):
            obj.themes.set([make_theme(), make_theme()])
            make_seat(obj, us, mandated_by=make_organisation())
            make_seat(obj)
            make_figure(obj, year=None)
            make_figure(obj, year=1999)


@models
@pytest.mark.parametrize("address", ["changelist", "start", "search", "filtered"])
def test_lists_and_the_start_page_cost_the_same_however_much_there_is(model, address):
    client = signed_in(make_superuser())
    address = {
        "changelist": url(model, "changelist"),
        "start": "/admin/",
        "search": url(model, "changelist") + "?q=e",
        "filtered": url(model, "changelist") + "?text_nl=older",
    }[address]
    fill(model, 1)
    few = queries(client, address)
    fill(model, 5)
    assert queries(client, address) == few


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label_lower)
def test_a_list_asked_for_what_no_database_holds_is_no_fault(model):
    client = verified(make_superuser())
    response = client.get(f"{url(model, 'changelist')}?x=1&pk__exact=%00&q=%00", follow=True)
    assert response.redirect_chain
    assert response.status_code == 200


@pytest.mark.parametrize(
    "model",
    [model for model, model_admin in admin.site._registry.items() if hasattr(model_admin, "export_view")],
    ids=lambda model: model._meta.label_lower,
)
def test_an_export_of_what_no_database_holds_exports_nothing(model):
    client = verified(make_superuser())
    page = url(model, "export")
    paths = [path for path in (page, f"{page}csv/", f"{page}whole/csv/") if "export" in (resolve(path).url_name or "")]
    for path in paths:
        response = client.get(f"{path}?q=%00")
        assert response.headers["Location"] == url(model, "changelist") + "?e=1"
        assert client.get(path).status_code == 200
