"""Every page of the admin stands in French and in Dutch, under its own strict policy, and is kept by no cache."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from content.saving import match_source, save_content
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
    policy_of,
    signed_in,
    text_of,
    url,
)
from tests.makers import make, make_figure, make_seat, make_staff, write
from themes.models import Theme

pytestmark = pytest.mark.django_db

models = pytest.mark.parametrize("model", CONTENT_MODELS, ids=name_of)
LANGUAGES = pytest.mark.parametrize("language", ["fr", "nl"])


@pytest.fixture
def clients():
    return {language: signed_in(make_superuser(language=language)) for language in ("fr", "nl")}


def make_case(model):
    """Make an object in which there is something to see on every page."""
    obj = make(model, fr={"title": "Toit", "text": "<p>Un toit.</p>"}, nl={"title": "Dak", "state": "scheduled"})
    match_source(obj, "nl", "fr")
    save_content(obj)
    if hasattr(obj, "seats"):
        make_seat(obj, since="2010-12", note={"fr": "Une note"})
        make_figure(obj)
    version = keep_version(obj)
    obj = write(obj, "fr", text="<p>Autre.</p>")
    gone = make(model, fr={"title": "Disparu"}, nl=None)
    deleted = keep_version(gone)
    gone.delete()
    return SimpleNamespace(obj=obj, version=version, deleted=deleted)


def every_page(model, case):
    """Return the address of every page of the admin of one kind of content, and those of the whole admin."""
    obj = case.obj
    return [
        "/admin/",
        f"/admin/{model._meta.app_label}/",
        "/admin/password_change/",
        "/admin/password_change/done/",
        url(model, "changelist"),
        url(model, "changelist") + "?q=toit&text_nl=older",
        url(model, "add", language="fr"),
        url(model, "add", language="nl"),
        change_url(obj, "fr"),
        change_url(obj, "nl"),
        url(model, "delete", obj.pk),
        url(model, "delete_translation", obj.pk, "nl"),
        url(model, "history", obj.pk),
        url(model, "version", obj.pk, case.version.pk),
        url(model, "deleted"),
        url(model, "recover", case.deleted.pk),
    ]


def check_policy(response):
    """The policy lets in nothing unsafe, and the page needs nothing that the policy blocks."""
    policy = policy_of(response)
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    sources = {source for values in policy.values() for source in values}
    assert not [source for source in sources if "unsafe" in source]
    assert {source for source in sources if not source.startswith("'")} <= {"data:"}, "no other host"
    nonces = [source for source in policy["script-src"] if source.startswith("'nonce-")]
    page = Sheet(response)
    for element in page.tree.iter():
        assert element.get("style") is None, (element.tag, element.get("style"))
        assert not [name for name in element.attrib if name.startswith("on")], element.attrib
        assert "javascript:" not in (element.get("href") or "")
        assert element.tag != "style"
        if element.tag == "script" and not element.get("src") and "json" not in (element.get("type") or ""):
            assert f"'nonce-{element.get('nonce')}'" in nonces, element.get("type")
    return nonces


@models
def test_every_page_of_the_admin_has_its_strict_policy_and_needs_no_more(model, clients):
    case = make_case(model)
    for address in every_page(model, case):
        response = clients["fr"].get(address)
        assert response.status_code == 200, address
        check_policy(response)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in response.headers["Permissions-Policy"]
        assert {"no-store", "private"} <= set(re.split(r",\s*", response.headers["Cache-Control"])), address


@models
def test_the_page_with_the_editor_has_a_new_nonce_each_time(model, clients):
    obj = make_case(model).obj
    nonces = [check_policy(clients["fr"].get(change_url(obj)))[0] for _time in range(2)]
    assert nonces[0] != nonces[1]
    page = clients["fr"].get(change_url(obj)).content.decode()
    assert "importmap" in page


def test_the_login_and_errors_of_the_admin_have_its_policy_too(clients):
    for response in (Client().get("/admin/login/"), clients["fr"].get("/admin/networks/network/x/history/")):
        check_policy(response)


# --- Languages -------------------------------------------------------------------------------------------------

#: English that Django, our own code and the parts would show if it were not translated.
ENGLISH = re.compile(
    r"\b(Add|Change|Delete|Save|Search|Home|History|Preview|Publish|Withdraw|Log out|View site|Welcome|Filter|"
    r"Are you sure|Yes|Date|Time|Today|Now|Name|Deleted|Last saved|What was done|Compare|Bring back|"
    r"[Dd]raft|[Ss]cheduled|[Pp]ublished|[Ww]ithdrawn|no text|older translation|Minor change|"
    r"language|title|summary|address|founded|scope|seats?|role|figures?|source|the|of|and|with)\b"
)
#: Words of parts that have no catalogue in our languages and are shown only to superusers.
NOT_OURS = re.compile(r"Tasks Database Backend|Task Results")
#: Words that French or Dutch have too.
SHARED = {"fr": {"Date", "source", "Source"}, "nl": {"Filter", "of", "Home", "source"}}


@LANGUAGES
@models
def test_every_page_is_in_the_language_of_its_user(model, language, clients):
    case = make_case(model)
    for address in every_page(model, case):
        response = clients[language].get(address)
        assert response.status_code == 200, address
        page = Sheet(response)
        assert page.tree.get("lang") == language, address
        text = NOT_OURS.sub("", page.text)
        left = {match.group() for match in ENGLISH.finditer(text)} - SHARED[language]
        assert not left, (address, left)


@models
def test_both_languages_say_something_else_everywhere(model, clients):
    case = make_case(model)
    for address in every_page(model, case):
        french, dutch = (Sheet(clients[language].get(address)) for language in ("fr", "nl"))
        assert french.text != dutch.text, address


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Publier maintenant le texte en néerlandais", "Le nom officiel", "Une faute de frappe"]),
        ("nl", ["Publiceer", "Nederlands", "officiële naam", "tikfout"]),
    ],
)
def test_buttons_and_help_texts_are_in_the_language_of_the_user(language, words, clients):
    obj = make(Network, fr={"title": "Toit"}, nl={"title": "Dak", "state": "draft"})
    page = Form(clients[language], change_url(obj, "nl"))
    shown = " ".join([page.text, *page.buttons.values()])
    for word in words:
        assert word.lower() in shown.lower(), word


def test_the_language_of_the_admin_is_the_users_own_whatever_their_browser_says():
    client = signed_in(make_staff("Editors", language="nl"), headers={"accept-language": "fr"})
    assert Sheet(client.get("/admin/")).tree.get("lang") == "nl"
    # Public pages have theirs in the address.
    assert Sheet(client.get("/fr/")).tree.get("lang") == "fr"


def test_the_language_switch_keeps_the_page_and_is_remembered():
    user = make_staff("Editors", language="fr")
    client = signed_in(user)
    response = client.post("/admin/language/", {"language": "nl", "next": "/admin/themes/theme/?q=a"})
    assert response.headers["Location"] == "/admin/themes/theme/?q=a"
    assert Sheet(client.get("/admin/")).tree.get("lang") == "nl"
    user.refresh_from_db()
    assert user.language == "nl"
    assert client.get("/admin/language/").status_code == 405


@pytest.mark.parametrize("language", ["xx", "", "fr-be", "\x00", "../nl"])
def test_a_language_that_there_is_not_changes_nothing(language):
    user = make_staff("Editors", language="fr")
    assert signed_in(user).post("/admin/language/", {"language": language}).status_code == 302
    user.refresh_from_db()
    assert user.language == "fr"


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "http:///evil.example"],
)
def test_the_language_switch_leads_nowhere_else(back):
    client = signed_in(make_staff("Editors"))
    response = client.post("/admin/language/", {"language": "nl", "next": back})
    assert response.headers["Location"] == "/admin/"


def test_a_switch_from_another_site_is_refused():
    user = make_staff("Editors", language="fr")
    client = signed_in(user, enforce_csrf_checks=True)
    response = client.post("/admin/language/", {"language": "nl"})
    assert response.status_code == 403
    user.refresh_from_db()
    assert user.language == "fr"


@models
def test_no_form_of_the_admin_takes_what_another_site_sends(model):
    case = make_case(model)
    user = make_superuser()
    data = Form(signed_in(user), change_url(case.obj)).filled(title="Forgé")
    data.pop("csrfmiddlewaretoken")
    client = signed_in(user, enforce_csrf_checks=True)
    for address in (
        change_url(case.obj),
        url(model, "add", language="fr"),
        url(model, "delete", case.obj.pk),
        url(model, "delete_translation", case.obj.pk, "nl"),
        url(model, "version", case.obj.pk, case.version.pk),
        url(model, "recover", case.deleted.pk),
        url(model, "changelist"),
    ):
        assert client.post(address, {**data, "post": "yes"}).status_code == 403, address
    assert text_of(case.obj, "fr").title == "Toit"
    assert model.objects.count() == 1


def test_what_a_page_says_after_a_button_is_shown_once(clients):
    obj = make(Theme, fr={"title": "Toit", "state": "draft"}, nl=None)
    page = Form(clients["fr"], change_url(obj)).save("_publish")
    assert page.messages
    assert not Sheet(clients["fr"].get(change_url(obj))).messages


@models
def test_after_every_button_the_page_says_what_was_done(model, clients):
    for button, state in (
        ("_continue", "draft"),
        ("_save", "draft"),
        ("_publish", "draft"),
        ("_withdraw", "published"),
        ("_withdraw", "scheduled"),
        ("_matches:nl", "draft"),
    ):
        obj = make(model, fr={"title": "Toit", "state": state}, nl={})
        assert Form(clients["fr"], change_url(obj)).save(button).messages, button


def test_the_admin_of_an_organisation_without_any_text_opens(clients):
    """Nothing makes such an object, but one must not break the lists."""
    obj = Organisation.objects.create()
    for address in (url(Organisation, "changelist"), change_url(obj), url(Organisation, "history", obj.pk), "/admin/"):
        assert clients["fr"].get(address).status_code == 200, address
