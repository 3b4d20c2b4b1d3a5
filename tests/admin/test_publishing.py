"""A text becomes public, is scheduled, withdrawn and previewed, one language at a time."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from content.publication import State
from networks.models import Network
from tests.admin.desk import TWO_MODELS, Form, Sheet, change_url, name_of, policy_of, signed_in, text_of, url
from tests.makers import make, make_picture, make_staff
from tests.pages import Page, address
from themes.models import Theme

pytestmark = pytest.mark.django_db

models = pytest.mark.parametrize("model", TWO_MODELS, ids=name_of)


@pytest.fixture
def publisher():
    return signed_in(make_staff("Publishers"))


def public_page(client, model, slug, language):
    return client.get(address(f"{model._meta.app_label}:detail", language, slug=slug))


@models
def test_a_draft_is_published_now_then_withdrawn_while_the_other_language_stays(model, client, publisher):
    obj = make(
        model,
        fr={"title": "Toit", "summary": "Un toit."},
        nl={"title": "Dak", "summary": "Een dak.", "state": "draft"},
    )
    assert public_page(client, model, "dak", "nl").status_code == 404

    page = Form(publisher, change_url(obj, "nl")).save("_publish")
    assert text_of(obj, "nl").state == State.PUBLISHED
    assert "public" in page.messages
    assert obj.get_absolute_url("nl") in page.hrefs
    dutch = Page(public_page(client, model, "dak", "nl"))
    assert dutch.lang == "nl"
    assert "Een dak." in dutch.html
    assert public_page(client, model, "dak", "fr").status_code == 301  # the French page has its own words
    french = Page(public_page(client, model, "toit", "fr"))
    assert "Un toit." in french.html

    form = Form(publisher, change_url(obj, "nl"))
    assert "_publish" not in form.buttons
    publish_from = timezone.now().replace(microsecond=0) - datetime.timedelta(minutes=5)
    obj.translations.filter(language_code="nl").update(publish_from=publish_from)
    page = Form(publisher, change_url(obj, "nl")).save("_withdraw")
    assert text_of(obj, "nl").state == State.WITHDRAWN
    gone = public_page(client, model, "dak", "nl")
    assert gone.status_code == 302  # back to what there is: the French text
    left = client.get(gone.headers["Location"])
    assert "Een dak." not in left.content.decode()
    assert "Un toit." in left.content.decode()
    assert text_of(obj, "fr").state == State.PUBLISHED
    assert Page(public_page(client, model, "toit", "fr")).text == french.text

    Form(publisher, change_url(obj, "nl")).save("_publish")
    assert text_of(obj, "nl").state == State.PUBLISHED
    assert "Een dak." in public_page(client, model, "dak", "nl").content.decode()


@models
def test_the_buttons_say_what_will_happen_in_the_state_that_there_is(model, publisher):
    offered = {}
    for state in State.values:
        obj = make(model, fr={"title": f"Toit {state}", "state": state}, nl=None)
        form = Form(publisher, change_url(obj, "fr"))
        offered[state] = {name: label for name, label in form.buttons.items() if name in ("_publish", "_withdraw")}
    assert {state: set(buttons) for state, buttons in offered.items()} == {
        "draft": {"_publish"},
        "scheduled": {"_publish", "_withdraw"},
        "published": {"_withdraw"},
        "withdrawn": {"_publish"},
    }
    assert "français" in offered["draft"]["_publish"]
    assert offered["scheduled"]["_withdraw"] != offered["published"]["_withdraw"]


def test_a_text_is_scheduled_in_brussels_time(client, publisher):
    obj = make(Theme, fr={"title": "Toit", "state": "draft"}, nl=None)
    page = Form(publisher, change_url(obj, "fr")).save(publish_from_0="15/07/2091", publish_from_1="10:00:00")
    row = text_of(obj, "fr")
    assert row.publish_from == datetime.datetime(2091, 7, 15, 8, 0, tzinfo=datetime.UTC)
    assert row.state == State.SCHEDULED
    assert "15 juillet 2091 10:00" in page.text
    assert public_page(client, Theme, "toit", "fr").status_code == 404

    Form(publisher, change_url(obj, "fr")).save("_withdraw")
    row = text_of(obj, "fr")
    assert (row.state, row.publish_from, row.publish_until) == (State.DRAFT, None, None)


def test_a_text_is_public_until_its_end_and_then_no_more(client, publisher, monkeypatch):
    obj = make(Theme, fr={"title": "Toit", "state": "draft"}, nl=None)
    Form(publisher, change_url(obj, "fr")).save(
        publish_from_0="01/01/2026", publish_from_1="00:00:00", publish_until_0="01/01/2091", publish_until_1="00:00:00"
    )
    assert public_page(client, Theme, "toit", "fr").status_code == 200
    end = datetime.datetime(2090, 12, 31, 23, 0, tzinfo=datetime.UTC)
    for moment, status in ((end - datetime.timedelta(seconds=1), 200), (end, 404)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert public_page(Client(), Theme, "toit", "fr").status_code == status, moment


def test_an_end_before_the_start_is_refused_and_what_was_typed_stays(publisher):
    obj = make(Theme, fr={"title": "Toit", "state": "draft"}, nl=None)
    form = Form(publisher, change_url(obj, "fr")).refuse(
        title="Toit rouge",
        publish_from_0="02/01/2091",
        publish_from_1="00:00:00",
        publish_until_0="01/01/2091",
        publish_until_1="00:00:00",
    )
    assert "après" in form.errors
    assert form.value("title") == "Toit rouge"
    assert form.value("publish_from_0") == "02/01/2091"
    assert text_of(obj, "fr").publish_from is None


@pytest.mark.parametrize("words", ["31/02/2091", "hier", "2091"])
def test_a_date_that_does_not_exist_is_refused_by_its_field(publisher, words):
    obj = make(Theme, fr={"title": "Toit", "state": "draft"}, nl=None)
    form = Form(publisher, change_url(obj, "fr")).refuse(publish_from_0=words, publish_from_1="10:00:00")
    assert "date" in form.errors
    assert form.value("publish_from_0") == words
    assert text_of(obj, "fr").publish_from is None


def test_publishing_a_text_that_is_not_right_publishes_nothing(publisher):
    obj = make(Theme, fr={"title": "Toit", "state": "draft"}, nl=None)
    form = Form(publisher, change_url(obj, "fr")).refuse("_publish", title="", summary="Presque.")
    assert "titre en français" in form.errors
    assert form.value("summary") == "Presque."
    assert text_of(obj, "fr").state == State.DRAFT


@models
def test_saving_a_public_text_says_that_readers_see_it_at_once(model, publisher):
    drafted = make(model, fr={"title": "A", "state": "draft"}, nl=None)
    public = make(model, fr={"title": "B"}, nl=None)
    labels = [Form(publisher, change_url(obj, "fr")).buttons["_continue"] for obj in (drafted, public)]
    assert "brouillon" in labels[0]
    assert "public" in labels[1]


@models
def test_a_new_object_can_be_published_at_once(model, client, publisher):
    form = Form(publisher, url(model, "add", language="nl"))
    form.save("_publish", title="Nieuw dak")
    obj = model.objects.latest("pk")
    assert text_of(obj, "nl").state == State.PUBLISHED
    assert public_page(client, model, "nieuw-dak", "nl").status_code == 200


# --- Preview ---------------------------------------------------------------------------------------------------


@models
@pytest.mark.parametrize("state", State.values)
def test_a_preview_shows_the_page_says_what_it_is_and_is_kept_by_nobody(model, state, publisher):
    obj = make(
        model,
        fr={"title": "Toit public"},
        nl={"title": "Dak", "summary": "Een geheim dak.", "text": "<p>Nog niet.</p>", "state": state},
    )
    response = publisher.get(url(model, "preview", obj.pk, "nl"))
    page = Page(response)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert page.lang == "nl"
    assert "Een geheim dak." in page.html
    assert "Nog niet." in page.html
    assert text_of(obj, "nl").state == state  # looking publishes nothing
    (banner,) = Sheet(response).with_class("preview-banner")
    assert str(obj.pk) in "".join(link.get("href") for link in banner.iter("a"))
    plain = publisher.get(obj.get_absolute_url("fr"))
    assert not Sheet(plain).with_class("preview-banner")
    assert "no-store" not in plain.headers["Cache-Control"]
    assert "Een geheim dak." not in plain.content.decode()


@models
def test_a_preview_has_the_policy_of_the_public_page(model, client, publisher):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak", "state": "draft"})
    preview = policy_of(publisher.get(url(model, "preview", obj.pk, "nl")))
    assert preview == policy_of(client.get(obj.get_absolute_url("fr")))
    assert preview != policy_of(publisher.get(change_url(obj, "nl")))


@models
def test_a_preview_does_not_exist_for_strangers_not_even_by_a_redirect_to_the_login(model):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak", "summary": "Geheim", "state": "draft"})
    there, nowhere = url(model, "preview", obj.pk, "nl"), url(model, "preview", 987654, "nl")
    for client in (Client(), signed_in(make_staff())):
        answers = [client.get(there), client.get(nowhere)]
        assert {answer.status_code for answer in answers} == {404}
        assert answers[0].content.replace(b"1", b"") == answers[1].content.replace(b"1", b"")


@models
def test_a_preview_of_what_does_not_exist_is_not_found(model, publisher):
    obj = make(model, fr={"title": "Toit"}, nl=None)
    for number, language in (
        (obj.pk, "nl"),
        (obj.pk, "xx"),
        (obj.pk, "fr-be"),
        ("abc", "fr"),
        (10**30, "fr"),
        ("²", "fr"),
    ):
        assert publisher.get(url(model, "preview", number, language)).status_code == 404, (number, language)
    assert publisher.post(url(model, "preview", obj.pk, "fr")).status_code == 405


def test_a_draft_is_nowhere_to_be_found_by_readers(client, publisher):
    """Not on its address, in lists, on home, nor in its picture."""
    obj = make(Network, fr={"title": "Toit secret", "state": "draft"}, nl=None, logo=make_picture())
    for name in ("home", "networks_and_groups", "networks:list"):
        for language in ("fr", "nl"):
            assert "Toit secret" not in client.get(address(name, language)).content.decode()
    assert client.get(obj.logo.url).status_code == 404
    assert signed_in(make_staff()).get(obj.logo.url).status_code == 404
    held = publisher.get(obj.logo.url)
    assert held.status_code == 200
    assert held.headers["Cache-Control"] == "private, no-store"
