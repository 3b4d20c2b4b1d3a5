"""Orders are seen by the Orders desk, signed in with a second factor, and by nobody else at whatever address."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.test import Client

from orders.models import Offer, Order, PostageRate, StockMovement
from publications.models import Publication
from tests.admin.desk import Sheet, make_outsider, make_superuser, signed_in, url, verified
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff

pytestmark = pytest.mark.django_db

#: What the order that nobody may see says of a person.
REQUESTER = {
    "name": "Zoé Qzxsecret",
    "email": "zoe@qzxsecret.example.org",
    "street": "rue Qzxsecret 1",
    "note": "Qzxsecret",
}
SECOND_FACTOR = "accounts.middleware.SecondFactorMiddleware"


@pytest.fixture
def order():
    offer = make_offer(make_edition(make_publication(), title="Guide"))
    PostageRate.objects.create(up_to=1000, price=5)
    return make_order({offer: 3}, requester=REQUESTER, status="partly_sent")


def addresses(order):
    """Return every address below /admin/orders/, whichever there are: one that is added is tried too."""
    change = order.changes.filter(copies__gt=0).get()
    given = {
        "order": {"object_id": order.pk, "change_id": change.pk},
        "offer": {"object_id": Offer.objects.get().pk},
        "postagerate": {"object_id": PostageRate.objects.get().pk},
    }
    found = ["/admin/orders/"]
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != "orders":
            continue
        base = f"/admin/orders/{model._meta.model_name}/"
        for pattern in model_admin.urls:
            for kind in ("csv", "labels") if "<str:kind>" in str(pattern.pattern) else ("",):
                values = {"what": "whole", "kind": kind, **given[model._meta.model_name]}
                path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part, v=values: str(v[part[1]]), str(pattern.pattern))
                found.append(base + path)
    return sorted(set(found))


#: What is posted: every button that there is, and what the forms ask for.
BUTTONS = [
    *({"do": name, "sure": "1", "after": "1"} for name in ("finish", "prepare", "confirm", "cancel", "retry")),
    *({"who": REQUESTER["email"], "do": name, "end_open": "on"} for name in ("show", "export", "erase")),
    {"words": "Qzxsecret"},
    {"post": "yes"},
    {"change": "received", "copies": "5", "up_to": "5", "price": "1"},
]
ACTIONS = ("confirm_them", "prepare_them", "print_labels", "print_pick_list", "print_slips", "delete_selected")


def all_at_once(order):
    """Return one form that presses as many buttons as one can: whoever is kept out is, whatever they send."""
    action = {"action": "delete_selected", "_selected_action": [order.pk]}
    return {**action, "words": "Qzxsecret", "post": "yes", "sure": "1", **BUTTONS[-1], **BUTTONS[7]}


def one_by_one(order):
    """Return a form for every button."""
    return [*BUTTONS, *({"action": name, "_selected_action": [order.pk]} for name in ACTIONS)]


def stored():
    """Return all that the room of orders holds."""
    models = apps.get_app_config("orders").get_models()
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in models]


def outsiders():
    """Return {who: their browser} of everybody who is to see nothing."""
    return {
        "anonymous": Client(),
        "reader with an account": signed_in(make_outsider()),
        "desk without second factor": signed_in(make_staff("Orders desk")),
        "superuser without second factor": signed_in(make_superuser()),
        "editor": signed_in(make_staff("Editors")),
        "verified editor": verified(make_staff("Editors")),
        "verified publisher": verified(make_staff("Publishers")),
        "verified translator": verified(make_staff("Translators")),
        "verified without group": verified(make_staff()),
    }


def tells_nothing(response, who, address, order):
    body = response.content.decode(errors="replace")
    told = [word for word in ("qzxsecret", order.reference) if word in (body + str(response.headers)).lower()]
    # What they typed themselves may come back.
    assert response.status_code in {302, 403, 404}, (who, address, response.status_code)
    assert not told, (who, address, told)


def test_nobody_else_gets_in_by_any_address_or_changes_anything(order):
    everywhere, before = addresses(order), stored()
    assert len(everywhere) > 25
    for who, client in outsiders().items():
        for address in everywhere:
            tells_nothing(client.get(address), who, address, order)
            assert client.post(address, all_at_once(order)).status_code in {302, 403, 404}, (who, address)
    assert stored() == before


def test_the_rights_hold_by_themselves_without_the_middleware_that_leads_the_way(order, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != SECOND_FACTOR]
    before = stored()
    for who in ("Orders desk", None):
        client = signed_in(make_staff(who) if who else make_superuser())
        for address in addresses(order):
            tells_nothing(client.get(address), who, address, order)
            assert client.post(address, all_at_once(order)).status_code in {302, 403, 404}, address
        for href in Sheet(client.get("/admin/")).hrefs:
            assert not href.startswith("/admin/orders/")
    assert stored() == before


def test_the_desk_gets_in(order):
    """What the tests above knock at are doors."""
    opened = set()
    for client in (verified(make_staff("Orders desk")), verified(make_superuser())):
        for address in addresses(order):
            response = client.get(address)
            assert response.status_code in {200, 301, 302, 400, 403, 404}, address
            if response.status_code == 200:
                opened.add(address)
    assert len(opened) > 15
    assert "Qzxsecret" in client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()


def test_the_desk_sees_orders_and_nothing_else(order):
    client = verified(make_staff("Orders desk"))
    page = Sheet(client.get("/admin/"))
    assert "/admin/orders/order/" in page.hrefs
    for model in admin.site._registry:
        if model._meta.app_label != "orders":
            address = url(model, "changelist")
            assert client.get(address).status_code == 403, address
            assert address not in page.hrefs


def test_who_may_only_look_changes_nothing(order):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="orders", codename__startswith="view_"))
    client, before = verified(user), stored()
    for address in addresses(order):
        has_buttons = address.endswith(("/change/", "/order/", "/person/", "/stock/"))
        for data in one_by_one(order) if has_buttons else [all_at_once(order)]:
            response = client.post(address, data)
            assert response.status_code in {200, 302, 403, 404}, (address, data)
    assert stored() == before


# --- Addresses of the admin that are about every model ---------------------------------------------------------


@pytest.mark.parametrize("model", ["order", "offer", "stockmovement", "orderline", "requester", "statuschange"])
def test_the_choices_of_a_field_tell_nothing(model, order):
    fields = ("order", "offer", "edition", "by")
    for who, client in outsiders().items():
        for field in fields:
            query = {"app_label": "orders", "model_name": model, "field_name": field, "term": ""}
            tells_nothing(client.get("/admin/autocomplete/", query), who, field, order)


def test_the_link_to_the_site_tells_nothing(order):
    for who, client in outsiders().items():
        for obj in (order, Offer.objects.get(), order.requester, order.lines.get(), StockMovement.objects.first()):
            kind = ContentType.objects.get_for_model(obj).pk
            tells_nothing(client.get(f"/admin/r/{kind}/{obj.pk}/"), who, kind, order)


@pytest.mark.parametrize(
    "lookup",
    [
        "editions__offer__lines__order__requester__name__startswith",
        "editions__offer__lines__order__requester__email_key",
        "editions__offer__lines__order__reference",
        "editions__offer__movements__order__reference__contains",
    ],
)
def test_a_list_of_something_else_is_not_filtered_by_who_ordered_it(lookup, order):
    """Asked letter by letter, such a list would tell a name."""
    clients = {**outsiders(), "verified desk": verified(make_staff("Orders desk"))}
    for who, client in clients.items():
        for value in ("Z", "zoe@qzxsecret.example.org", order.reference):
            response = client.get(url(Publication, "changelist"), {lookup: value})
            assert response.status_code in {302, 400, 403}, (who, response.status_code)


def test_the_lists_of_orders_are_not_filtered_by_what_no_filter_offers(order):
    client = verified(make_staff("Orders desk"))
    for lookup in ("lines__offer__movements__by__password__startswith", "changes__by__password__startswith"):
        response = client.get(url(Order, "changelist"), {lookup: "p"})
        assert response.status_code in {302, 400}, lookup


def test_a_start_page_tells_orders_only_to_the_desk(order):
    for who, client in outsiders().items():
        if who in {"anonymous", "reader with an account"}:
            continue
        response = client.get("/admin/")
        assert order.reference not in response.content.decode(), who
    assert order.reference in verified(make_staff("Orders desk")).get("/admin/").content.decode()


def test_the_outgoing_mail_tells_publishers_no_name(order):
    client, mail = verified(make_staff("Publishers")), "/admin/intake/outboxmessage/"
    messages = [href for href in Sheet(client.get(mail)).hrefs if href.startswith(mail) and href.endswith("/change/")]
    assert messages
    for address in (mail, *messages):
        body = client.get(address).content.decode()
        assert "qzxsecret" not in body.lower()
        assert order.reference not in body
