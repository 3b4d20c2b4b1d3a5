"""Works in the admin as staff do: opens a page, fills its form in, presses a button, reads what it says."""

import html5lib
import reversion
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from content.models import Content
from networks.models import Network
from tests.makers import make_staff
from tests.pages import words
from themes.models import Theme

#: Every kind of content that the admin edits; a new one joins all tests that use this.
CONTENT_MODELS = [model for model in admin.site._registry if issubclass(model, Content)]
#: One with seats, figures and a picture, and one with none: for what is the same code for every kind of content.
TWO_MODELS = [Network, Theme]


def name_of(model):
    return model._meta.model_name


def url(model, what, *args, language=None):
    """Return an address of the admin of a model; `language`: the tab."""
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)
    return f"{path}?language={language}" if language else path


def change_url(obj, language="fr"):
    return url(type(obj), "change", obj.pk, language=language)


def signed_in(user, **options):
    """Return a browser in which a member of staff has signed in."""
    client = Client(**options)
    client.force_login(user)
    return client


def verified(user, **options):
    """Return a browser in which a member of staff has signed in with a second factor, set up before."""
    client = signed_in(user, **options)
    device, _made = TOTPDevice.objects.get_or_create(user=user, defaults={"name": "phone"})
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def make_superuser(**columns):
    return make_staff(is_superuser=True, **columns)


def make_outsider():
    """Make somebody who has an account and is no member of staff."""
    return get_user_model().objects.create_user(username="outsider")


def keep_version(obj):
    """Keep a version of an object as it is now, and return it."""
    with reversion.create_revision():
        reversion.add_to_revision(obj)
    return reversion.models.Version.objects.get_for_object(obj).first()


def stored(*objects):
    """Return all that the database holds of objects, for a comparison before and after."""
    held = []
    for obj in objects:
        again = type(obj).objects.filter(pk=obj.pk)
        rows = [*again]
        for relation in ("translations", "seats", "figures", "editions"):
            if hasattr(obj, relation):
                model = type(obj)._meta.get_field(relation).related_model
                column = {"translations": "master", "editions": "publication"}.get(relation, "body")
                rows += model.objects.filter(**{column: obj.pk}).order_by("pk")
        held.append(serializers.serialize("json", rows))
    return held


def policy_of(response):
    """Return {directive: [sources]} of an answer's content security policy."""
    directives = [part.split() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {name: sources for name, *sources in directives}


def text_of(obj, language):
    """Return the translation row that the database holds, or None."""
    return obj.translations.model.objects.filter(master=obj.pk, language_code=language).first()


class Sheet:
    """A page of the admin."""

    def __init__(self, response):
        self.response = response
        self.html = response.content.decode()
        self.tree = html5lib.parse(self.html, namespaceHTMLElements=False)
        self.text = words(self.tree)

    def with_class(self, name, within=None):
        """Return the elements of a class."""
        elements = (within if within is not None else self.tree).iter()
        return [element for element in elements if name in (element.get("class") or "").split()]

    @property
    def errors(self):
        """What the page says is wrong, in one string."""
        return " ".join(words(element) for name in ("errornote", "errorlist") for element in self.with_class(name))

    @property
    def messages(self):
        return " ".join(words(element) for element in self.with_class("messagelist"))

    @property
    def hrefs(self):
        return [link.get("href") for link in self.tree.iter("a") if link.get("href")]

    def rows(self):
        """Return the rows of a list as [[cell, …]]."""
        (content,) = [element for element in self.tree.iter("div") if element.get("id") == "content"]
        (body,) = [body for table in content.iter("table") for body in table.iter("tbody")]
        return [[words(cell) for cell in row if cell.tag in ("td", "th")] for row in body.iter("tr")]

    def names(self):
        """Return the names in a list."""
        return [words(cell) for cell in self.with_class("field-heading")]


class Form(Sheet):
    """The form of a content object, with what its fields hold as a browser would send it."""

    def __init__(self, client, address, response=None):
        self.client, self.address = client, address
        super().__init__(response or client.get(address))
        assert self.response.status_code == 200, self.response
        (form,) = [form for form in self.tree.iter("form") if (form.get("id") or "").endswith("_form")]
        self.data, self.buttons = {}, {}
        for field in form.iter():
            if field.tag in ("input", "select", "textarea"):
                self._read(field)

    def _read(self, field):
        name, kind = field.get("name"), field.get("type")
        if not name:
            return
        if kind == "submit":
            self.buttons[name] = field.get("value")
        elif field.tag == "select":
            chosen = [o.get("value") for o in field.iter("option") if o.get("selected") is not None]
            if chosen or field.get("multiple") is None:
                self.data[name] = chosen or [""]
        elif field.tag == "textarea":
            # The first line break after the tag is not part of the text.
            self.data[name] = ["".join(field.itertext()).removeprefix("\n")]
        elif kind in ("checkbox", "radio"):
            if field.get("checked") is not None:
                self.data[name] = [field.get("value") or "on"]
        elif kind != "file":
            self.data[name] = [field.get("value") or ""]

    def value(self, name):
        (value,) = self.data[name]
        return value

    def filled(self, **changes):
        """Return what is sent: the form as it was read, with `changes`; None takes a field out."""
        return {name: value for name, value in {**self.data, **changes}.items() if value is not None}

    def send(self, button="_continue", **changes):
        """Press a button and return the answer."""
        return self.client.post(self.address, {**self.filled(**changes), button: self.buttons.get(button, "x")})

    def save(self, button="_continue", **changes):
        """Press a button that the form has, and return the page it leads to."""
        assert button in self.buttons, self.buttons
        response = self.send(button, **changes)
        assert response.status_code == 302, Sheet(response).errors
        return Sheet(self.client.get(response.headers["Location"]))

    def refuse(self, button="_continue", **changes):
        """Press a button where the form must come back, and return it as it then stands."""
        response = self.send(button, **changes)
        assert response.status_code == 200, response
        return Form(self.client, self.address, response)

    def seat(self, number, organisation, role="member", **columns):
        """Return the fields of a seat to send, in the row `number` of the form."""
        return self._row("seats", number, organisation=organisation.pk, role=role, **columns)

    def figure(self, number, **columns):
        given = {"label_fr": "membres", "label_nl": "leden", "value": "28", "source": "Rapport", "position": "0"}
        return self._row("figures", number, **{**given, **columns})

    def _row(self, prefix, number, **columns):
        count = max(number + 1, int(self.value(f"{prefix}-TOTAL_FORMS")))
        row = {f"{prefix}-{number}-{name}": value for name, value in columns.items()}
        return {f"{prefix}-TOTAL_FORMS": count, **row}
