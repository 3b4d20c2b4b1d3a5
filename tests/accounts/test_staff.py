"""Staff accounts: the three groups, the languages somebody writes in, and their page in the admin."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import every_language, only_site_languages
from accounts.staff_groups import ORDERS_DESK, RIGHTS
from content.models import Content
from tests.admin.desk import Form, Sheet, make_superuser, signed_in, verified
from tests.makers import make_staff

pytestmark = pytest.mark.django_db

CONTENT_MODELS = [model for model in admin.site._registry if issubclass(model, Content)]
ADD = "/admin/accounts/user/add/"
PASSWORD = "Une longue phrase 2026"
#: What groups may do besides, on what is no content: (app, model, actions).
OTHER_RIGHTS = {
    "Editors": [
        ("addresses", "category", ("view", "add", "change")),
        ("addresses", "check", ("view", "add")),
        ("addresses", "report", ("view", "change")),
        ("addresses", "confirmation", ("view", "add", "change")),
        ("links", "departure", ("view", "change")),
        ("links", "link", ("view",)),
        ("links", "missingaddress", ("view", "change")),
        ("links", "redirect", ("view", "add", "change")),
        ("pages", "menuentry", ("view",)),
        ("search", "missedsearch", ("view",)),
    ],
    "Publishers": [
        ("addresses", "category", ("view", "add", "change", "delete")),
        ("addresses", "check", ("view", "add")),
        ("addresses", "report", ("view", "change", "delete")),
        ("addresses", "confirmation", ("view", "add", "change")),
        ("intake", "outboxmessage", ("view", "retry")),
        ("links", "departure", ("view", "change")),
        ("links", "link", ("view",)),
        ("links", "missingaddress", ("view", "change")),
        ("links", "redirect", ("view", "add", "change", "delete")),
        ("pages", "menuentry", ("view", "add", "change", "delete")),
        ("search", "missedsearch", ("view", "delete")),
    ],
    "Translators": [
        ("addresses", "category", ("view",)),
        ("links", "link", ("view",)),
        ("pages", "menuentry", ("view",)),
        ("search", "missedsearch", ("view",)),
    ],
}


@pytest.mark.parametrize("group", RIGHTS)
def test_each_group_has_its_rights_on_every_kind_of_content_and_no_other(group):
    held = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")
    on_content = [(model._meta.app_label, model._meta.model_name, RIGHTS[group]) for model in CONTENT_MODELS]
    wanted = {
        (app, f"{action}_{model}") for app, model, actions in on_content + OTHER_RIGHTS[group] for action in actions
    }
    assert set(held) == wanted


def test_the_orders_desk_has_rights_on_orders_and_no_other():
    held = Group.objects.get(name=ORDERS_DESK).permissions.values_list("content_type__app_label", "codename")
    assert {app for app, _codename in held} == {"orders"}
    assert {codename for _app, codename in held} == {
        *("view_order", "change_order", "export_order", "erase_order"),
        *("view_offer", "add_offer", "change_offer"),
        *("view_stockmovement", "add_stockmovement"),
        *("view_postagerate", "add_postagerate", "change_postagerate", "delete_postagerate"),
    }
    others = Permission.objects.filter(content_type__app_label="orders", group__isnull=False)
    assert set(others.values_list("group__name", flat=True)) == {ORDERS_DESK}


def test_the_rights_are_those_that_were_agreed():
    assert RIGHTS == {
        "Editors": ("view", "add", "change", "translate"),
        "Publishers": ("view", "add", "change", "translate", "publish", "delete"),
        "Translators": ("view", "translate"),
    }
    assert set(Group.objects.values_list("name", flat=True)) == {*RIGHTS, ORDERS_DESK}


def test_every_right_of_a_group_is_one_that_a_model_has():
    """A right under a wrong name would be given and never asked for."""
    for permission in Permission.objects.filter(group__isnull=False).distinct().select_related("content_type"):
        model = permission.content_type.model_class()
        action = permission.codename.removesuffix(f"_{model._meta.model_name}")
        assert action in model._meta.default_permissions


def test_somebody_writes_in_every_language_unless_it_is_said_otherwise():
    assert make_staff().languages == ["fr", "nl"]
    user = make_staff(languages=["nl"])
    assert (user.may_write("nl"), user.may_write("fr"), user.may_write("xx")) == (True, False, False)
    assert not make_staff(languages=[]).may_write("fr")
    assert make_superuser(languages=[]).may_write("fr")
    first, second = every_language(), every_language()
    assert first is not second  # nobody's list is shared


@pytest.mark.parametrize("value", [None, "fr", {"fr": 1}, ["xx"], ["fr", "xx"], [1], [["fr"]], [{}], 5])
def test_languages_are_a_list_of_the_sites_own(value):
    with pytest.raises(ValidationError):
        only_site_languages(value)


@pytest.mark.parametrize("value", [[], ["fr"], ["nl", "fr"]])
def test_a_list_of_the_sites_own_languages_is_right(value):
    assert only_site_languages(value) is None


def test_a_member_of_staff_is_added_and_given_languages_in_the_admin():
    client = verified(make_superuser())
    page = Sheet(client.get(ADD))
    assert page.response.status_code == 200
    data = {"username": "chloe", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post(ADD, data)
    user = get_user_model().objects.get(username="chloe")
    assert response.status_code == 302
    assert (user.language, user.languages, user.is_staff) == ("fr", ["fr", "nl"], False)

    form = Form(client, reverse("admin:accounts_user_change", args=[user.pk]))
    translators = Group.objects.get(name="Translators")
    form.save(languages=["nl"], language="nl", is_staff="on", groups=[translators.pk])
    user.refresh_from_db()
    assert (user.language, user.languages, user.is_staff) == ("nl", ["nl"], True)
    assert user.check_password(PASSWORD)
    assert [group.name for group in user.groups.all()] == ["Translators"]
    form = Form(client, reverse("admin:accounts_user_change", args=[user.pk]))
    assert form.data["languages"] == ["nl"]
    form.save(languages=None)
    user.refresh_from_db()
    assert user.languages == []
    form.refuse(languages=["xx"])


@pytest.mark.parametrize("password", ["short", "password1234", "chloe-chloe", "chloe-chloe1"])
def test_a_weak_password_is_refused(password):
    client = verified(make_superuser())
    data = {"username": "chloe-chloe", "usable_password": "true", "password1": password, "password2": password}
    response = client.post(ADD, data)
    assert response.status_code == 200
    assert Sheet(response).errors
    assert not get_user_model().objects.filter(username="chloe-chloe").exists()


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_pages_of_accounts_open_in_both_languages(language):
    user = make_superuser(language=language)
    client = verified(user)
    for address in (
        "/admin/accounts/user/",
        ADD,
        reverse("admin:accounts_user_change", args=[user.pk]),
        reverse("admin:accounts_user_history", args=[user.pk]),
        reverse("admin:auth_user_password_change", args=[user.pk]),
        "/admin/auth/group/",
        "/admin/auth/group/add/",
        "/admin/password_change/",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert Sheet(response).tree.get("lang") == language


def test_staff_change_their_own_password_and_stay_signed_in():
    user = make_staff("Editors")
    user.set_password(PASSWORD)
    user.save()
    client = signed_in(user)
    new = "Une autre longue phrase"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", {**data, "old_password": "x"}).status_code == 200
    assert client.post("/admin/password_change/", data).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get("/admin/").status_code == 200
