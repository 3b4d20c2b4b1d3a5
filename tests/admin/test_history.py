"""Every save keeps a version; any version comes back in all languages, by the save service, and publishes nothing."""

import pytest
import reversion
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from reversion.models import Version

from content import history
from content.publication import State
from networks.models import Network
from organisations.models import Organisation
from tests.admin.desk import (
    CONTENT_MODELS,
    Form,
    Sheet,
    change_url,
    keep_version,
    make_superuser,
    name_of,
    signed_in,
    stored,
    text_of,
    url,
)
from tests.makers import make, make_figure, make_network, make_organisation, make_picture, make_seat, make_staff, write
from themes.models import Theme

pytestmark = pytest.mark.django_db

models = pytest.mark.parametrize("model", CONTENT_MODELS, ids=name_of)


@pytest.fixture
def publisher():
    return signed_in(make_staff("Publishers", first_name="Anna", last_name="Peeters"))


def bring_back(client, obj, version):
    """Press the button on the page of a version and return the page that follows."""
    address = url(type(obj), "version", obj.pk, version.pk)
    response = client.post(address)
    assert response.status_code == 302
    return Sheet(client.get(response.headers["Location"]))


# --- Keeping ---------------------------------------------------------------------------------------------------


@models
def test_every_save_keeps_a_version_that_says_who_and_what(model, publisher):
    Form(publisher, url(model, "add", language="fr")).save(title="Toit")
    obj = model.objects.get()
    Form(publisher, change_url(obj, "fr")).save(summary="Un toit.")
    Form(publisher, change_url(obj, "nl")).save("_publish", title="Dak")
    versions = list(history.versions_of(obj))
    assert len(versions) == 3
    assert {version.revision.user.last_name for version in versions} == {"Peeters"}
    assert [set(history.texts_in(version)) for version in versions] == [{"fr", "nl"}, {"fr"}, {"fr"}]
    rows = Sheet(publisher.get(url(model, "history", obj.pk))).rows()
    assert len(rows) == 3
    assert all("Anna Peeters" in row[1] or "staff" in row[1] for row in rows)
    assert "Ajout" in rows[2][2]
    assert "Résumé" in rows[1][2]
    assert "loaded" not in rows[1][2].lower()
    assert rows[0][2]


@models
def test_what_was_done_is_told_in_the_language_of_the_reader(model, publisher):
    obj = make(model, fr={"title": "Toit"})
    Form(publisher, change_url(obj, "fr")).save(summary="Un toit.")
    dutch = signed_in(make_staff("Editors", language="nl"))
    (row,) = Sheet(dutch.get(url(model, "history", obj.pk))).rows()
    assert "Samenvatting" in row[2]


@models
def test_a_save_that_is_refused_keeps_no_version(model, publisher):
    obj = make(model, fr={"title": "Toit"})
    Form(publisher, change_url(obj, "fr")).refuse(title="")
    publisher.get(change_url(obj, "fr"))
    assert not history.versions_of(obj)


def test_a_save_whose_version_cannot_be_kept_is_no_save(publisher, monkeypatch):
    obj = make(Theme, fr={"title": "Toit"})
    form = Form(publisher, change_url(obj, "fr"))

    def broken(*args, **kwargs):
        raise RuntimeError("full disk")

    monkeypatch.setattr("reversion.revisions._save_revision", broken)
    with pytest.raises(RuntimeError, match="full disk"):
        form.send(title="Autre toit")
    assert text_of(obj, "fr").title == "Toit"


def test_seats_figures_and_themes_are_part_of_the_version(publisher):
    theme, partner = make(Theme), make_organisation()
    obj = make_network(fr={"title": "Toit"})
    form = Form(publisher, change_url(obj))
    form.save(themes=[theme.pk], **form.seat(0, partner, since="2010"), **form.figure(0, value="28"))
    version = history.versions_of(obj).first()
    held = {other._model._meta.model_name: other.field_dict for other in version.revision.version_set.all()}
    assert held["networkmembership"]["since"] == "2010"
    assert held["networkfigure"]["value"] == 28
    assert held["network"]["themes"] == [str(theme.pk)] or held["network"]["themes"] == [theme.pk]


@models
def test_deleting_one_text_keeps_a_version_without_it(model, publisher):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak"})
    before = keep_version(obj)
    publisher.post(url(model, "delete_translation", obj.pk, "nl"), {"post": "yes"})
    versions = history.versions_of(obj)
    assert set(history.texts_in(versions.first())) == {"fr"}
    assert set(history.texts_in(before)) == {"fr", "nl"}
    bring_back(publisher, obj, before)
    assert text_of(obj, "nl").title == "Dak"
    assert text_of(obj, "nl").state == State.DRAFT  # what was deleted comes back as a draft


# --- Comparing -------------------------------------------------------------------------------------------------


@models
def test_a_version_is_compared_with_what_is_stored_now_in_every_language(model, publisher):
    obj = make(model, fr={"title": "Toit", "summary": "Avant."}, nl={"title": "Dak", "summary": "Voor."})
    version = keep_version(obj)
    write(obj, "fr", summary="Après.")
    page = Sheet(publisher.get(url(model, "version", obj.pk, version.pk)))
    for words in ("Avant.", "Après.", "Voor.", "Français", "Néerlandais"):
        assert words in page.text
    changed = [" ".join("".join(row.itertext()).split()) for row in page.with_class("changed")]
    assert len(changed) == 1
    assert "Avant." in changed[0]


@models
def test_a_version_of_something_else_is_not_found(model, publisher):
    obj, other = make(model, fr={"title": "A"}), make(model, fr={"title": "B"})
    version = keep_version(other)
    for number in (version.pk, 987654, 10**17):
        address = url(model, "version", obj.pk, number)
        assert publisher.get(address).status_code == 404
        assert publisher.post(address).status_code == 404
        assert publisher.get(url(model, "recover", number)).status_code == 404
    # A version of one of its parts is none of the object itself.
    part = Version.objects.get_for_model(model._parler_meta.root_model).first()
    assert publisher.post(url(model, "version", other.pk, part.pk)).status_code == 404


# --- Bringing back ---------------------------------------------------------------------------------------------


@models
def test_a_version_comes_back_in_all_languages(model, publisher):
    obj = make(
        model,
        fr={"title": "Toit", "summary": "Avant.", "text": "<p>Avant.</p>"},
        nl={"title": "Dak", "summary": "Voor.", "text": "<p>Voor.</p>"},
    )
    version = keep_version(obj)
    write(obj, "fr", title="Autre", summary="Après.", text="<p>Après.</p>", slug="autre")
    write(obj, "nl", title="Ander", summary="Na.", text="<p>Na.</p>")
    page = bring_back(publisher, obj, version)
    assert page.messages
    french, dutch = text_of(obj, "fr"), text_of(obj, "nl")
    assert (french.title, french.summary, french.text_html) == ("Toit", "Avant.", "<p>Avant.</p>")
    assert (french.slug, french.title_key) == ("toit", "toit")
    assert (dutch.title, dutch.summary, dutch.text_html) == ("Dak", "Voor.", "<p>Voor.</p>")
    assert "Avant." in Client().get(obj.get_absolute_url("fr")).content.decode()


def test_facts_seats_figures_and_themes_come_back(publisher):
    theme, partner = make(Theme), make_organisation(fr={"title": "La Ligue"})
    obj = make_network(fr={"title": "Toit"}, founded="1989", scope="national", themes=[theme])
    make_seat(obj, partner, since="2010", note={"fr": "Une note"})
    make_figure(obj, value=28)
    version = keep_version(obj)
    obj.themes.clear()
    obj.figures.update(value=99)
    obj.seats.all().delete()
    make_seat(obj, role="founder")
    Network.objects.filter(pk=obj.pk).update(founded="", scope="european")

    bring_back(publisher, obj, version)
    again = Network.objects.get(pk=obj.pk)
    assert (again.founded, again.scope) == ("1989", "national")
    assert list(again.themes.all()) == [theme]
    (seat,), (figure,) = again.seats.all(), again.figures.all()
    assert (seat.organisation, seat.role, seat.since, seat.note) == (partner, "member", "2010", {"fr": "Une note"})
    assert figure.value == 28


def test_a_picture_comes_back(publisher):
    obj = make_network(logo=make_picture(color="navy"))
    version = keep_version(obj)
    first = Network.objects.get(pk=obj.pk).logo.name
    Form(publisher, change_url(obj)).save(logo=make_picture(color="red"))
    bring_back(publisher, obj, version)
    again = Network.objects.get(pk=obj.pk)
    assert again.logo.name == first
    assert Client().get(again.logo.url).status_code == 200


@models
@pytest.mark.parametrize("now", State.values)
@pytest.mark.parametrize("then", State.values)
def test_bringing_back_changes_nothing_of_what_is_public(model, then, now, publisher):
    obj = make(model, fr={"title": "Toit", "summary": "Avant.", "state": then}, nl={"title": "Dak"})
    version = keep_version(obj)
    obj = write(obj, "fr", summary="Après.", state=now)
    kept = [(row.publish_from, row.publish_until) for row in (text_of(obj, "fr"), text_of(obj, "nl"))]
    bring_back(publisher, obj, version)
    assert text_of(obj, "fr").summary == "Avant."
    assert [(row.publish_from, row.publish_until) for row in (text_of(obj, "fr"), text_of(obj, "nl"))] == kept
    assert text_of(obj, "fr").state == now


@models
def test_an_old_version_goes_through_the_save_service(model, publisher):
    """What a raw row of the history holds is cleaned, folded and fingerprinted as at any save."""
    obj = make(model, fr={"title": "Toit"}, nl=None)
    rows = obj.translations.model.objects.filter(master=obj.pk)
    raw = '<p onclick="x()">Un toit.</p><script>alert(1)</script>'
    rows.update(title="Œuvre", text=raw, text_html=raw, title_key="zzz", find_key="zzz", fingerprint="0" * 64)
    version = keep_version(model.objects.get(pk=obj.pk))
    assert "<script>" in history.texts_in(version)["fr"]["text"]
    write(model.objects.get(pk=obj.pk), "fr", title="Après", text="<p>Après.</p>")

    bring_back(publisher, obj, version)
    row = text_of(obj, "fr")
    assert row.text == row.text_html == "<p>Un toit.</p>"
    assert (row.title_key, row.find_key) == ("oeuvre", "oeuvre")
    assert row.fingerprint == row.make_fingerprint()


@models
def test_bringing_back_is_a_version_of_its_own_and_can_be_undone(model, publisher):
    obj = make(model, fr={"title": "Toit", "summary": "Avant."})
    first = keep_version(obj)
    second = keep_version(write(obj, "fr", summary="Après."))
    bring_back(publisher, obj, first)
    newest = history.versions_of(obj).first()
    assert newest.pk > second.pk
    assert newest.revision.user.last_name == "Peeters"
    assert "rétablie" in newest.revision.get_comment()
    assert history.texts_in(newest)["fr"]["summary"] == "Avant."
    bring_back(publisher, obj, second)
    assert text_of(obj, "fr").summary == "Après."


def test_a_version_whose_organisation_is_gone_is_not_brought_back_and_the_page_says_why(publisher):
    partner = make_organisation()
    obj = make_network(fr={"title": "Toit", "summary": "Avant."}, seats=[{"organisation": partner}])
    version = keep_version(obj)
    obj.seats.all().delete()
    partner.delete()
    obj = write(obj, "fr", summary="Après.")
    before = stored(obj)
    page = bring_back(publisher, obj, version)
    assert "ne peut pas" in page.messages
    assert stored(obj) == before
    assert history.versions_of(obj).count() == 1


@models
def test_a_version_whose_address_is_taken_is_not_brought_back(model, publisher):
    obj = make(model, fr={"title": "Toit", "slug": "toit"})
    version = keep_version(obj)
    obj = write(obj, "fr", slug="autre")
    make(model, fr={"title": "Nouveau", "slug": "toit"})
    before = stored(obj)
    page = bring_back(publisher, obj, version)
    assert "adresse" in page.messages
    assert stored(obj) == before


def test_whose_site_it_is_does_not_change_with_a_version(publisher):
    obj = make_organisation(fr={"title": "CIRÉ"})
    version = keep_version(obj)
    Organisation.objects.filter(pk=obj.pk).update(is_site=True)
    bring_back(publisher, obj, version)
    assert Organisation.objects.get(pk=obj.pk).is_site


# --- What was deleted ------------------------------------------------------------------------------------------


@models
def test_what_was_deleted_is_listed_and_comes_back_as_drafts(model, publisher):
    obj = make(model, fr={"title": "Toit", "text": "<p>Un toit.</p>"}, nl={"title": "Dak", "state": "scheduled"})
    if hasattr(obj, "seats"):
        make_seat(obj, make_organisation(), since="2010")
        make_figure(obj)
    # No version was ever kept of it: it was written by a command.
    publisher.post(url(model, "delete", obj.pk), {"post": "yes"})
    assert not model.objects.filter(pk=obj.pk).exists()
    page = Sheet(publisher.get(url(model, "deleted")))
    (row,) = page.rows()
    assert row[0] == "Toit"
    (version,) = history.deleted_versions(model)
    assert version.revision.user.last_name == "Peeters"
    page = Sheet(publisher.get(url(model, "recover", version.pk)))
    assert "Un toit." in page.text
    assert "Dak" in page.text
    response = publisher.post(url(model, "recover", version.pk))
    assert response.headers["Location"] == url(model, "change", obj.pk)
    assert [text_of(obj, code).state for code in ("fr", "nl")] == [State.DRAFT, State.DRAFT]
    assert [text_of(obj, code).title for code in ("fr", "nl")] == ["Toit", "Dak"]
    assert text_of(obj, "fr").text_html == "<p>Un toit.</p>"
    if hasattr(obj, "seats"):
        assert [seat.since for seat in model.objects.get(pk=obj.pk).seats.all()] == ["2010"]
        assert model.objects.get(pk=obj.pk).figures.count() == 1
    assert not history.deleted_versions(model)
    assert publisher.post(url(model, "recover", version.pk)).status_code == 404  # it is there


@models
def test_what_was_deleted_from_the_list_can_be_brought_back_too(model, publisher):
    objects = [make(model, fr={"title": title}) for title in ("Un", "Deux")]
    bulk = {"action": "delete_selected", "_selected_action": [obj.pk for obj in objects], "post": "yes"}
    publisher.post(url(model, "changelist"), bulk)
    assert not model.objects.exists()
    assert {row[0] for row in Sheet(publisher.get(url(model, "deleted"))).rows()} == {"Un", "Deux"}
    for version in history.deleted_versions(model):
        publisher.post(url(model, "recover", version.pk))
    assert {str(obj) for obj in model.objects.all()} == {"Un", "Deux"}


def test_a_deleted_network_whose_organisation_is_gone_stays_deleted_and_the_page_says_why(publisher):
    partner = make_organisation()
    obj = make_network(fr={"title": "Toit"}, seats=[{"organisation": partner}])
    keep_version(obj)
    obj.delete()
    partner.delete()
    (version,) = history.deleted_versions(Network)
    response = publisher.post(url(Network, "recover", version.pk))
    assert "ne peut pas" in Sheet(publisher.get(response.headers["Location"])).messages
    assert not Network.objects.exists()


def test_the_list_of_what_was_deleted_says_when_there_is_nothing(publisher):
    page = Sheet(publisher.get(url(Theme, "deleted")))
    assert "Rien" in page.text


def test_the_history_costs_the_same_however_long_it_is():
    client = signed_in(make_superuser())
    obj = make(Theme, fr={"title": "Toit"})
    staff = [make_staff("Editors") for _number in range(8)]
    keep_version(obj)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(Theme, "history", obj.pk)).status_code == 200
        return len(captured)

    few = queries()
    for user in staff:
        with reversion.create_revision():
            reversion.set_user(user)
            reversion.add_to_revision(obj)
    assert queries() == few
