"""Who may do what on every address of the admin: one table, and no address that is missing from it."""

import datetime
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from addresses.checking import Confirmation
from addresses.models import Address
from publications.models import Publication
from tests.admin.desk import (
    CONTENT_MODELS,
    Form,
    Sheet,
    change_url,
    keep_version,
    make_outsider,
    make_superuser,
    name_of,
    signed_in,
    stored,
    text_of,
    url,
    verified,
)
from tests.makers import make, make_figure, make_organisation, make_seat, make_staff, write

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "anonymous",
    "outsider",
    "no_group",
    "editor",
    "publisher",
    "translator_nl",
    "translator_fr",
    "superuser",
)
READERS = {"editor", "publisher", "translator_nl", "translator_fr", "superuser"}
WRITERS = {"editor", "publisher", "superuser"}
MANAGERS = {"publisher", "superuser"}


@pytest.fixture
def people():
    """A signed-in browser for each of EVERYBODY."""
    return {
        "anonymous": Client(),
        "outsider": signed_in(make_outsider()),
        "no_group": signed_in(make_staff()),
        "editor": signed_in(make_staff("Editors")),
        "publisher": signed_in(make_staff("Publishers")),
        "translator_nl": signed_in(make_staff("Translators", languages=["nl"])),
        "translator_fr": signed_in(make_staff("Translators", languages=["fr"])),
        "superuser": verified(make_superuser()),
    }


@pytest.fixture
def make_case(people):
    """Make an object of a model with all that an address may ask for: an old version, a deleted one, seats."""

    def case(model):
        obj = make(model, fr={"title": "Toit", "text": "<p>Un toit.</p>"}, nl={"title": "Dak", "state": "draft"})
        if hasattr(obj, "seats"):
            make_seat(obj, role="member", since="2010")
            make_figure(obj)
        version = keep_version(obj)
        obj = write(obj, "fr", summary="Changé depuis.")
        gone = make(model, fr={"title": "Disparu"}, nl=None)
        deleted = keep_version(gone)
        gone.delete()
        return SimpleNamespace(
            model=model,
            obj=obj,
            version=version.pk,
            deleted=deleted.pk,
            fr_form=Form(people["superuser"], change_url(obj, "fr")),
            nl_form=Form(people["superuser"], change_url(obj, "nl")),
            add_form=Form(people["superuser"], url(model, "add", language="nl")),
        )

    return case


# --- The table -------------------------------------------------------------------------------------------------
#
# name of the address: [(who gets in, method, arguments of the address, what is sent)]. "Gets in" is an answer of 200,
# or a redirect that is not one to the login. Who does not get in changes nothing.

DOORS = {
    "changelist": [
        (READERS, "get", lambda case: [], None),
        # Bulk deletion; without the right Django knows no such action, and does nothing.
        (
            MANAGERS,
            "post",
            lambda case: [],
            lambda case: {
                "action": "delete_selected",
                "_selected_action": case.obj.pk,
                "post": "yes",
            },
        ),
    ],
    "add": [
        (WRITERS, "get", lambda case: [], None),
        (WRITERS, "post", lambda case: [], lambda case: case.add_form.filled(title="Nieuw")),
    ],
    "change": [
        (READERS, "get", lambda case: [case.obj.pk], None),
        # In French, the first tab; the translator into Dutch may open the page but change nothing there.
        (WRITERS | {"translator_fr"}, "post", lambda case: [case.obj.pk], lambda case: case.fr_form.filled(title="X")),
    ],
    "delete": [
        (MANAGERS, "get", lambda case: [case.obj.pk], None),
        (MANAGERS, "post", lambda case: [case.obj.pk], lambda case: {"post": "yes"}),
    ],
    "delete_translation": [
        (MANAGERS, "get", lambda case: [case.obj.pk, "nl"], None),
        (MANAGERS, "post", lambda case: [case.obj.pk, "nl"], lambda case: {"post": "yes"}),
    ],
    "history": [(READERS, "get", lambda case: [case.obj.pk], None)],
    "version": [
        (READERS, "get", lambda case: [case.obj.pk, case.version], None),
        (WRITERS, "post", lambda case: [case.obj.pk, case.version], lambda case: {}),
    ],
    "deleted": [(MANAGERS, "get", lambda case: [], None)],
    "recover": [
        (MANAGERS, "get", lambda case: [case.deleted], None),
        (MANAGERS, "post", lambda case: [case.deleted], lambda case: {}),
    ],
    "preview": [(READERS, "get", lambda case: [case.obj.pk, "nl"], None)],
}


def make_confirmation(address):
    """Ask a service whether its address is right; it has an e-mail then."""
    Address.objects.filter(pk=address.pk).update(email="accueil@example.org")
    soon = timezone.now() + datetime.timedelta(days=1)
    return Confirmation.objects.create(address=address, sent_to="a@example.org", language="fr", expires_at=soon)


# Addresses that only one kind of content has. What is written there is held by the tests of each room.
MORE_DOORS = {
    Publication: {
        "files": [(READERS, "get", lambda case: [case.obj.pk], None)],
        "export": [(READERS, "get", lambda case: [], None)],
        "export_file": [(READERS, "get", lambda case: ["csv"], None)],
        "import": [(WRITERS, "get", lambda case: [], None)],
    },
    Address: {
        "queue": [(WRITERS, "get", lambda case: [], None)],
        "hours": [(WRITERS, "get", lambda case: [], None)],
        "check": [(WRITERS, "get", lambda case: [case.obj.pk], None)],
        "ask": [(WRITERS, "get", lambda case: [make_confirmation(case.obj).address_id], None)],
        "confirmation": [(WRITERS, "get", lambda case: [case.obj.pk, make_confirmation(case.obj).pk], None)],
        "undo_check": [(WRITERS, "get", lambda case: [case.obj.pk, 1], None)],
        "export": [(READERS, "get", lambda case: [], None)],
        "export_file": [(READERS, "get", lambda case: ["csv"], None)],
        "import": [(WRITERS, "get", lambda case: [], None)],
    },
}
ALL_DOORS = [
    pytest.param(model, name, doors, id=f"{name_of(model)}-{name}")
    for model in CONTENT_MODELS
    for name, doors in {**DOORS, **MORE_DOORS.get(model, {})}.items()
]
# Addresses of the whole admin: who gets in, method, address, what is sent.
SITE_DOORS = {
    "index": [({"no_group", *READERS}, "get", "/admin/", None)],
    "app_list": [(READERS, "get", "/admin/{app}/", None)],
    "autocomplete": [
        (
            READERS,
            "get",
            f"/admin/autocomplete/?app_label=networks&model_name=networkmembership&field_name={name}",
            None,
        )
        for name in ("organisation", "mandated_by")
    ]
    + [
        (READERS, "get", f"/admin/autocomplete/?app_label={kind}s&model_name={kind}&field_name=themes", None)
        for kind in ("network", "group")
    ],
    "language": [({"no_group", *READERS}, "post", "/admin/language/", {"language": "nl", "next": "/admin/"})],
    "jsi18n": [({"no_group", *READERS}, "get", "/admin/jsi18n/", None)],
    "password_change": [({"no_group", *READERS}, "get", "/admin/password_change/", None)],
    "password_change_done": [({"no_group", *READERS}, "get", "/admin/password_change/done/", None)],
    # One's own: see tests/accounts/test_second_factor.py.
    "second_factor": [({"no_group", *READERS}, "get", "/admin/second-factor/", None)],
    "second_factor_set_up": [({"no_group", *READERS}, "get", "/admin/second-factor/set-up/", None)],
    "second_factor_codes": [({"no_group", *READERS}, "get", "/admin/second-factor/backup-codes/", None)],
}
# Open to everybody, or made by Django to tell nothing: held by tests of their own.
OPEN_DOORS = {"login", "logout", "view_on_site", None}


def named_by(urlpatterns):
    """Return the names of addresses and those of included lists of addresses, without those of other models."""
    names = set()
    for pattern in urlpatterns:
        if not hasattr(pattern, "url_patterns"):
            names.add(pattern.name)
    return names


@pytest.mark.parametrize("model", CONTENT_MODELS, ids=name_of)
def test_every_address_of_a_kind_of_content_stands_in_the_table(model):
    prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
    names = named_by(admin.site._registry[model].urls)
    # The one without a name is Django's own redirect from an old form of address to "change".
    assert {name.removeprefix(prefix) for name in names - {None}} == set(DOORS) | set(MORE_DOORS.get(model, {}))


def test_every_address_of_the_whole_admin_stands_in_the_table():
    assert named_by(admin.site.get_urls()) == set(SITE_DOORS) | OPEN_DOORS


def knock(client, method, address, data):
    """Return (whether somebody got in, the answer)."""
    response = getattr(client, method)(address, data or {})
    to_login = response.status_code == 302 and response.headers["Location"].startswith("/admin/login/")
    return response.status_code in {200, 302} and not to_login, response


def check_refusal(who, name, response):
    """The refused learn nothing but that they are refused."""
    if name == "preview":
        assert response.status_code == 404, who
    elif who in {"anonymous", "outsider"}:
        assert response.headers["Location"].startswith("/admin/login/"), who
    else:
        assert response.status_code in {403, 404}, who


@pytest.mark.parametrize(("model", "name", "doors"), ALL_DOORS)
def test_who_gets_in_where(model, name, doors, people, make_case):
    case = make_case(model)
    for allowed, method, arguments, data in doors:
        address = url(model, name, *arguments(case))
        if name == "add":
            address += "?language=nl"
        sent = data(case) if data else None
        before = (stored(case.obj), model.objects.count())
        for who in EVERYBODY:
            with transaction.atomic():
                got_in, response = knock(people[who], method, address, sent)
                changed = (stored(case.obj), model.objects.count()) != before
                transaction.set_rollback(True)
            assert changed == (method == "post" and who in allowed), f"{who} {method} {address}: {response}"
            may_look = who in allowed or (method == "post" and who in READERS and name in {"change", "changelist"})
            assert got_in == may_look, f"{who} {method} {address}: {response}"
            if not got_in:
                check_refusal(who, name, response)


@pytest.mark.parametrize("name", SITE_DOORS)
def test_who_gets_in_where_in_the_whole_admin(name, people):
    make_organisation()
    for allowed, method, address, data in SITE_DOORS[name]:
        for app in {model._meta.app_label for model in CONTENT_MODELS} if "{app}" in address else {""}:
            for who in EVERYBODY:
                got_in, response = knock(people[who], method, address.format(app=app), data)
                assert got_in == (who in allowed), f"{who} {method} {address}: {response}"
                if not got_in:
                    check_refusal(who, name, response)


@pytest.mark.parametrize("address", ["/admin/accounts/user/", "/admin/auth/group/", "/admin/accounts/user/add/"])
def test_only_superusers_manage_accounts(address, people):
    for who in EVERYBODY:
        got_in, response = knock(people[who], "get", address, None)
        assert got_in == (who == "superuser"), f"{who}: {response}"


def test_staff_without_a_group_find_an_empty_admin(people):
    page = Sheet(people["no_group"].get("/admin/"))
    for model in CONTENT_MODELS:
        assert url(model, "changelist") not in page.hrefs
    assert people["no_group"].get("/admin/networks/").status_code == 404


def test_the_link_from_the_admin_to_the_site_tells_nothing_about_what_is_hidden(people, make_case):
    from django.contrib.contenttypes.models import ContentType

    for model in CONTENT_MODELS:
        draft = make(model, fr={"title": "Secret", "state": "draft"}, nl=None)
        kind = ContentType.objects.get_for_model(model).pk
        for who in EVERYBODY:
            response = people[who].get(reverse("admin:view_on_site", args=[kind, draft.pk]))
            assert "secret" not in (response.headers.get("Location") or "").lower()
            assert b"Secret" not in response.content


# --- More than opening doors: what may be sent through them ---------------------------------------------------------

FORGED_DATES = {
    "publish_from_0": "01/01/2020",
    "publish_from_1": "10:00:00",
    "publish_until_0": "",
    "publish_until_1": "",
}


@pytest.mark.parametrize("who", ["editor", "translator_nl", "translator_fr"])
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_who_may_not_publish_cannot_by_any_field_or_button(who, language, people, make_case):
    for model in CONTENT_MODELS:
        case = make_case(model)
        obj = make(model, fr={"title": "A", "state": "draft"}, nl={"title": "B", "state": "draft"})
        form = Form(people["superuser"], change_url(obj, language))
        for button in ("_publish", "_save", "_continue"):
            with transaction.atomic():
                people[who].post(form.address, form.filled(**FORGED_DATES, **{button: "x"}))
                rows = list(obj.translations.model.objects.filter(master=obj.pk).order_by("language_code"))
                transaction.set_rollback(True)
            assert [(row.publish_from, row.publish_until) for row in rows] == [(None, None)] * 2, button
        # Nor withdraw what is public.
        people[who].post(change_url(case.obj, "fr"), case.fr_form.filled(_withdraw="x"))
        assert text_of(case.obj, "fr").state == "published"


@pytest.mark.parametrize("button", ["_publish", "_save", "_continue"])
def test_an_editor_adds_drafts_only(button, people, make_case):
    for model in CONTENT_MODELS:
        case = make_case(model)
        data = case.add_form.filled(title="Nieuw dak", **FORGED_DATES, **{button: "x"})
        response = people["editor"].post(case.add_form.address, data)
        assert response.status_code == 302
        (row,) = case.obj.translations.model.objects.filter(title="Nieuw dak")
        assert (row.publish_from, row.publish_until) == (None, None)


def test_who_may_publish_publishes_only_the_languages_they_write(make_case):
    for model in CONTENT_MODELS:
        case = make_case(model)
        dutch = signed_in(make_staff("Publishers", languages=["nl"]))
        assert "_publish" in Form(dutch, change_url(case.obj, "nl")).buttons
        dutch.post(case.fr_form.address, case.fr_form.filled(_withdraw="x"))
        assert text_of(case.obj, "fr").state == "published"
        case.nl_form.client = dutch
        assert case.nl_form.send("_publish").status_code == 302
        assert text_of(case.obj, "nl").state == "published"


def forged(form, model, **more):
    """Return a form with every fact, seat and figure changed."""
    data = form.filled(title="Forgé", summary="Forgé", **more)
    facts = {
        "kind": "court",
        "scope": "european",
        "founded": "1900",
        "logo_alt_fr": "Forgé",
        "logo_alt_nl": "Forgé",
        "themes": [],
        "seats-0-since": "1900",
        "seats-0-DELETE": "on",
        "figures-0-value": "99",
        "figures-0-DELETE": "on",
    }
    data |= {name: value for name, value in facts.items() if name in data or "DELETE" in name}
    if "seats-TOTAL_FORMS" in data:
        data |= {"seats-TOTAL_FORMS": 2, "seats-1-organisation": make_organisation().pk, "seats-1-role": "founder"}
        data |= {"figures-TOTAL_FORMS": 2, "figures-1-label_fr": "Forgé", "figures-1-value": "1"}
        data |= {"figures-1-source": "Forgé", "figures-1-position": "0"}
    return data


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_translators_change_the_text_of_their_language_and_nothing_else(language, people, make_case):
    other = {"fr": "nl", "nl": "fr"}[language]
    for model in CONTENT_MODELS:
        case = make_case(model)
        form = {"fr": case.fr_form, "nl": case.nl_form}[language]
        facts = [part for part in stored_parts(case.obj) if part != language]
        before = {part: stored_parts(case.obj)[part] for part in facts}
        response = people[f"translator_{language}"].post(form.address, forged(form, model, language=other))
        assert response.status_code == 302
        assert text_of(case.obj, language).title == "Forgé"
        assert {part: stored_parts(case.obj)[part] for part in facts} == before


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_translators_change_nothing_on_the_tab_of_another_language(language, people, make_case):
    other = {"fr": "nl", "nl": "fr"}[language]
    for model in CONTENT_MODELS:
        case = make_case(model)
        before = stored(case.obj)
        form = {"fr": case.fr_form, "nl": case.nl_form}[other]
        for button in ("_continue", "_publish", "_withdraw", f"_matches:{language}"):
            people[f"translator_{language}"].post(form.address, forged(form, model, minor_change="on", **{button: "x"}))
            assert stored(case.obj) == before, button


def stored_parts(obj):
    """Return what is stored of an object part by part: its columns, the text of each language, seats, figures."""
    model = type(obj)
    parts = {"columns": list(model.objects.filter(pk=obj.pk).values())}
    for row in obj.translations.model.objects.filter(master=obj.pk).values():
        parts[row["language_code"]] = row
    for field in model._meta.many_to_many:
        parts[field.name] = list(getattr(obj, field.name).order_by("pk").values("pk"))
    for name in ("seats", "figures"):
        if hasattr(obj, name):
            parts[name] = list(getattr(obj, name).order_by("pk").values())
    return parts


def test_translators_are_shown_what_they_may_not_change_as_plain_text(people, make_case):
    for model in CONTENT_MODELS:
        case = make_case(model)
        form = Form(people["translator_nl"], change_url(case.obj, "nl"))
        assert {"title", "summary", "text", "slug"} <= set(form.data)
        forbidden = ("publish_", "kind", "scope", "founded", "logo", "themes", "seats-0-role", "figures-0-value")
        assert not [name for name in form.data if name.startswith(forbidden)]
        assert not {"_publish", "_withdraw"} & set(form.buttons)
        other = Form(people["translator_nl"], change_url(case.obj, "fr"))
        assert "title" not in other.data
        assert not other.buttons


def test_translators_find_the_tab_that_they_write_in(people, make_case):
    for model in CONTENT_MODELS:
        case = make_case(model)
        assert Form(people["translator_nl"], url(model, "change", case.obj.pk)).value("title") == "Dak"
        assert Form(people["translator_fr"], url(model, "change", case.obj.pk)).value("title") == "Toit"


@pytest.mark.parametrize("group", ["Editors", "Publishers"])
def test_nobody_adds_an_object_without_a_text_in_a_language_they_write(group, make_case):
    dutch = signed_in(make_staff(group, languages=["nl"]))
    for model in CONTENT_MODELS:
        case = make_case(model)
        count = model.objects.count()
        for address in (url(model, "add", language="fr"),):
            assert dutch.get(address).status_code == 403
            assert dutch.post(address, case.add_form.filled(title="Neuf")).status_code == 403
        assert model.objects.count() == count
        # Without a language in the address it is theirs.
        form = Form(dutch, url(model, "add"))
        form.save(title="Nieuw")
        assert text_of(model.objects.latest("pk"), "nl").title == "Nieuw"
        assert text_of(model.objects.latest("pk"), "fr") is None


def test_whoever_writes_one_language_deletes_no_text_in_the_other(make_case):
    dutch = signed_in(make_staff("Publishers", languages=["nl"]))
    for model in CONTENT_MODELS:
        case = make_case(model)
        before = stored(case.obj)
        assert dutch.post(url(model, "delete_translation", case.obj.pk, "fr"), {"post": "yes"}).status_code == 403
        assert dutch.post(url(model, "delete", case.obj.pk), {"post": "yes"}).status_code == 403
        bulk = {"action": "delete_selected", "_selected_action": case.obj.pk, "post": "yes"}
        assert dutch.post(url(model, "changelist"), bulk).status_code in {302, 403}
        assert stored(case.obj) == before
        assert url(model, "delete", case.obj.pk) not in Form(dutch, change_url(case.obj, "nl")).hrefs
        # Their own they may.
        assert dutch.post(url(model, "delete_translation", case.obj.pk, "nl"), {"post": "yes"}).status_code == 302
        assert text_of(case.obj, "nl") is None
        assert text_of(case.obj, "fr") is not None


@pytest.mark.parametrize("languages", [["nl"], ["fr"], []])
@pytest.mark.parametrize("group", ["Editors", "Publishers"])
def test_only_who_writes_every_language_brings_back_a_version(group, languages, make_case):
    client = signed_in(make_staff(group, languages=languages))
    for model in CONTENT_MODELS:
        case = make_case(model)
        before = (stored(case.obj), model.objects.count())
        assert client.post(url(model, "version", case.obj.pk, case.version)).status_code == 403
        assert client.post(url(model, "recover", case.deleted)).status_code == 403
        assert (stored(case.obj), model.objects.count()) == before


def test_bringing_back_a_version_from_before_a_text_leaves_that_text_public(people):
    for model in CONTENT_MODELS:
        obj = make(model, fr={"title": "Toit"}, nl=None)
        version = keep_version(obj)
        obj = write(obj, "nl", title="Dak", state="published")
        address = url(model, "version", obj.pk, version.pk)
        for who in ("editor", "publisher"):
            assert people[who].post(address).status_code == 302
            assert text_of(obj, "nl").state == "published"
            assert text_of(obj, "nl").title == "Dak"


def test_nobody_is_offered_what_they_may_not_do(people, make_case):
    for model in CONTENT_MODELS:
        case = make_case(model)
        editor = Form(people["editor"], change_url(case.obj, "fr"))
        assert not {"_publish", "_withdraw"} & set(editor.buttons)
        assert url(model, "delete", case.obj.pk) not in editor.hrefs
        assert url(model, "delete_translation", case.obj.pk, "fr") not in editor.hrefs
        editors_list, managers_list = (
            Sheet(people[who].get(url(model, "changelist"))) for who in ("editor", "publisher")
        )
        assert url(model, "deleted") in managers_list.hrefs
        assert url(model, "deleted") not in editors_list.hrefs
        assert "delete_selected" in managers_list.html
        assert "delete_selected" not in editors_list.html
        version = url(model, "version", case.obj.pk, case.version)
        for who, offered in (("editor", True), ("translator_nl", False)):
            assert ('type="submit" class="default"' in Sheet(people[who].get(version)).html) == offered
