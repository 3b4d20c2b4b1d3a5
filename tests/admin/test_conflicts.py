"""Two people on one form: the second is told, loses nothing, and overwrites nothing unseen."""

import json

import pytest

from content.admin_forms import ContentForm
from content.saving import save_content
from networks.models import Network
from tests.admin.desk import TWO_MODELS, Form, change_url, make_superuser, name_of, signed_in, stored, text_of
from tests.makers import make, make_figure, make_organisation, make_seat, make_staff
from themes.models import Theme

pytestmark = pytest.mark.django_db

models = pytest.mark.parametrize("model", TWO_MODELS, ids=name_of)


@pytest.fixture
def anna():
    return signed_in(make_staff("Editors", first_name="Anna", last_name="Peeters"))


@pytest.fixture
def bert():
    return signed_in(make_staff("Editors", first_name="Bert", last_name="Dubois"))


@pytest.fixture
def chloe():
    return signed_in(make_staff("Editors", first_name="Chloé", last_name="Martin"))


def two_languages(model):
    return make(model, fr={"title": "Toit", "state": "draft"}, nl={"title": "Dak", "state": "draft"})


def told(form):
    """The part of the page that tells what was changed meanwhile."""
    (box,) = form.with_class("conflict")
    return " ".join("".join(box.itertext()).split())


@models
def test_the_second_is_told_by_whom_keeps_what_was_typed_and_sees_what_is_stored(model, anna, bert):
    obj = two_languages(model)
    first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
    first.save(title="Toit d’Anna")
    form = second.refuse(title="Toit de Bert", summary="Écrit par Bert.")
    assert "Anna Peeters" in form.errors
    assert "Toit d’Anna" in told(form)
    assert "Titre" in told(form)
    assert "Résumé" not in told(form)  # Anna left it as it was
    assert form.value("title") == "Toit de Bert"
    assert form.value("summary") == "Écrit par Bert."
    assert text_of(obj, "fr").title == "Toit d’Anna"


@models
def test_what_was_typed_replaces_the_other_only_after_a_tick(model, anna, bert):
    obj = two_languages(model)
    first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
    first.save(title="Toit d’Anna")
    warned = second.refuse(title="Toit de Bert")
    again = warned.refuse()
    assert "Toit d’Anna" in told(again)
    assert text_of(obj, "fr").title == "Toit d’Anna"
    again.save(overwrite="on")
    assert text_of(obj, "fr").title == "Toit de Bert"


@models
def test_a_tick_before_the_warning_counts_for_nothing(model, anna, bert):
    obj = two_languages(model)
    first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
    first.save(title="Toit d’Anna")
    form = second.refuse(title="Toit de Bert", overwrite="on")
    assert "overwrite" not in form.data  # the box comes back empty
    assert text_of(obj, "fr").title == "Toit d’Anna"


@models
def test_a_third_change_after_the_warning_is_caught_as_well(model, anna, bert, chloe):
    obj = two_languages(model)
    first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
    first.save(title="Toit d’Anna")
    warned = second.refuse(title="Toit de Bert", summary="De Bert.")
    Form(chloe, change_url(obj)).save(summary="De Chloé.")
    form = warned.refuse(overwrite="on")
    assert "Chloé Martin" in form.errors
    assert "De Chloé." in told(form)
    assert "Toit d’Anna" in told(form)  # not yet agreed to in sight of everything
    assert "overwrite" not in form.data
    assert text_of(obj, "fr").summary == "De Chloé."
    form.save(overwrite="on")
    assert (text_of(obj, "fr").title, text_of(obj, "fr").summary) == ("Toit de Bert", "De Bert.")


@models
def test_two_translators_in_two_languages_do_not_disturb_each_other(model):
    obj = two_languages(model)
    french = signed_in(make_staff("Translators", languages=["fr"]))
    dutch = signed_in(make_staff("Translators", languages=["nl"]))
    in_french, in_dutch = Form(french, change_url(obj, "fr")), Form(dutch, change_url(obj, "nl"))
    in_french.save(title="Toit rouge", summary="Rouge.")
    in_dutch.save("_matches:fr", title="Rood dak", summary="Rood.")
    assert (text_of(obj, "fr").title, text_of(obj, "nl").title) == ("Toit rouge", "Rood dak")
    assert text_of(obj, "fr").summary == "Rouge."


@models
def test_two_first_texts_in_one_language_at_once_are_a_conflict(model, anna, bert):
    obj = make(model, fr={"title": "Toit"}, nl=None)
    first, second = Form(anna, change_url(obj, "nl")), Form(bert, change_url(obj, "nl"))
    first.save(title="Dak van Anna")
    form = second.refuse(title="Dak van Bert")
    assert "Anna Peeters" in form.errors
    assert "Dak van Anna" in told(form)
    form.save(overwrite="on")
    assert text_of(obj, "nl").title == "Dak van Bert"


@models
def test_saving_twice_oneself_is_no_conflict(model, anna):
    obj = two_languages(model)
    Form(anna, change_url(obj)).save(title="Une fois")
    Form(anna, change_url(obj)).save(title="Deux fois")
    assert text_of(obj, "fr").title == "Deux fois"


@pytest.mark.parametrize("column", ["founded", "scope", "themes", "logo_alt_fr"])
def test_a_fact_that_the_other_changed_counts(column, anna, bert):
    theme = make(Theme)
    changes = {"founded": "1999", "scope": "european", "themes": [theme.pk], "logo_alt_fr": "Un toit"}
    obj = two_languages(Network)
    first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj, "nl"))  # facts stand on every tab
    first.save(**{column: changes[column]})
    before = stored(obj)
    form = second.refuse(title="Dak van Bert")
    assert told(form)
    assert stored(obj) == before


class TestSeatsAndFigures:
    @pytest.fixture
    def obj(self):
        obj = two_languages(Network)
        for name in ("Un", "Deux", "Trois"):
            make_seat(obj, make_organisation(fr={"title": name}), since="2000")
        make_figure(obj)
        return obj

    def test_a_seat_that_the_other_changed_counts(self, obj, anna, bert):
        first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
        first.save(**{"seats-0-since": "1990"})
        form = second.refuse(**{"seats-1-since": "1985"})
        assert "Anna Peeters" in form.errors
        assert "Participations" in told(form)
        assert form.value("seats-1-since") == "1985"
        assert sorted(seat.since for seat in obj.seats.all()) == ["1990", "2000", "2000"]
        form.save(overwrite="on")
        assert sorted(seat.since for seat in obj.seats.all()) == ["1985", "2000", "2000"]

    def test_a_figure_that_the_other_changed_counts(self, obj, anna, bert):
        first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
        first.save(**{"figures-0-value": "100"})
        form = second.refuse(**{"figures-0-year": "2020"})
        assert "Chiffres" in told(form)
        assert form.value("figures-0-year") == "2020"

    def test_a_seat_that_the_other_added_is_not_lost(self, obj, anna, bert):
        first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
        first.save(**first.seat(3, make_organisation(fr={"title": "Quatre"})))
        form = second.refuse(**{"seats-2-since": "1985"})
        assert form.value("seats-2-since") == "1985"
        form.save(overwrite="on")
        assert sorted(seat.since for seat in obj.seats.all()) == ["", "1985", "2000", "2000"]

    def test_nothing_typed_is_lost_where_the_other_deleted_a_seat(self, obj, anna, bert):
        first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
        seats = list(obj.seats.order_by("pk"))
        first.save(**{"seats-1-DELETE": "on"})
        form = second.refuse(**{"seats-0-since": "1985", "seats-1-since": "1984", "seats-2-since": "1986"})
        assert "Anna Peeters" in form.errors
        shown = {form.value(f"seats-{row}-organisation"): form.value(f"seats-{row}-since") for row in range(3)}
        un, deux, trois = (str(seat.organisation_id) for seat in seats)
        assert shown == {un: "1985", deux: "1984", trois: "1986"}
        form.save(overwrite="on")
        assert {str(seat.organisation_id): seat.since for seat in obj.seats.all()} == shown

    def test_what_both_deleted_stays_deleted(self, obj, anna, bert):
        first, second = Form(anna, change_url(obj)), Form(bert, change_url(obj))
        first.save(**{"seats-1-DELETE": "on"})
        form = second.refuse(**{"seats-1-DELETE": "on", "seats-2-since": "1986"})
        form.save(overwrite="on")
        assert [seat.since for seat in obj.seats.order_by("pk")] == ["2000", "1986"]

    def test_a_form_without_its_count_of_rows_changes_none(self, obj, anna):
        for count in (None, "", "x", "-1", "9" * 30):
            before = stored(obj)
            response = Form(anna, change_url(obj)).send(**{"seats-TOTAL_FORMS": count, "seats-INITIAL_FORMS": count})
            assert response.status_code in {200, 302}
            assert stored(obj) == before


@models
def test_an_object_deleted_meanwhile_leads_back_with_a_word(model, anna, bert):
    obj = two_languages(model)
    form = Form(bert, change_url(obj))
    obj.delete()
    response = form.send(title="Trop tard")
    assert response.status_code == 302
    assert "supprimé" in bert.get(response.headers["Location"]).content.decode()


@models
def test_a_change_by_a_command_counts_too(model, anna):
    obj = two_languages(model)
    form = Form(anna, change_url(obj))
    obj = model.objects.get(pk=obj.pk)
    obj.set_current_language("fr")
    obj.title = "Par une commande"
    save_content(obj)
    form = form.refuse(title="Toit d’Anna")
    assert "Par une commande" in told(form)


FORGED = [
    None,
    "",
    "x",
    "\x00",
    "[]",
    "5",
    "null",
    '"title"',
    '{"seen": 5}',
    '{"seen": null}',
    '{"seen": [], "changed": 5}',
    '{"seen": {}, "changed": [1, null, {}, "title", "nothing", "key"]}',
    '{"title": {"a": []}}',
    "[" * 100_000,
    '{"seen": ' * 20_000,
]


@pytest.mark.parametrize("token", FORGED, ids=[str(token)[:20] for token in FORGED])
def test_a_lost_or_forged_token_is_taken_for_a_change(token, anna):
    obj = two_languages(Theme)
    form = Form(anna, change_url(obj)).refuse(title="Toit d’Anna", loaded_state=token)
    assert form.value("title") == "Toit d’Anna"
    assert text_of(obj, "fr").title == "Toit"
    # The way on is the same as after a change by somebody else.
    form.save(overwrite="on")
    assert text_of(obj, "fr").title == "Toit d’Anna"


def test_the_token_tells_nothing_of_what_it_was_made_from():
    obj = make(Theme, fr={"title": "Toit", "text": "<p>Secret.</p>"}, nl=None)
    token = json.loads(Form(signed_in(make_superuser()), change_url(obj)).value("loaded_state"))
    assert set(token) >= {"title", "text", "publish_from"}
    assert all(len(digest) == 12 for digest in token.values())


@models
def test_what_a_colleague_saves_between_the_load_and_the_lock_is_not_written_back(model, anna, monkeypatch):
    # PostgreSQL lets somebody commit in between; a save must not write its older copy of another language.
    obj = two_languages(model)
    reload = ContentForm._reload_what_is_not_edited

    def reload_after_a_colleague(form):
        rows = model._parler_meta.root_model.objects.filter(master=obj, language_code="nl")
        rows.update(summary="Van een collega", source_language="fr", source_fingerprint=text_of(obj, "fr").fingerprint)
        reload(form)

    monkeypatch.setattr(ContentForm, "_reload_what_is_not_edited", reload_after_a_colleague)
    # A minor change touches the other language too: its translation stays in step.
    Form(anna, change_url(obj)).save(title="Toits", minor_change="on")
    dutch = text_of(obj, "nl")
    assert dutch.summary == "Van een collega"
    assert dutch.source_fingerprint == text_of(obj, "fr").fingerprint
