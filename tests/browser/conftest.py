"""A real server with the sample content, and a chromium whose every fault on a page is a failed test.

All tests here share one site: what one of them changes it puts back (`put_back`). They run after all others, see
tests/conftest.py, so what they leave in the database is in nobody's way.
"""

import io
import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings as house_settings
from django.contrib.auth.models import Group as StaffGroup
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.utils.translation import deactivate

from accounts.staff_groups import PUBLISHERS
from addresses.models import Address
from content.sample import find
from glossary.models import Term
from groups.models import Group
from networks.models import Network
from organisations.models import Organisation
from pages.models import Page
from publications.models import Publication
from tests.browser.shapes import Shapes
from tests.browser.watching import Watch
from tests.makers import make_staff
from tests.pages import LANGUAGES
from themes.models import Theme

PASSWORD = "un-mot-de-passe-pour-les-tests"
DATABASE_OF_THIS_MACHINE = house_settings.DATABASES["default"]["NAME"]
TIMEOUT = 10_000  # milliseconds
ACCEPT = {"fr": "fr-BE", "nl": "nl-BE"}


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """The sample content, behind the site's own middlewares: files of the site and pictures go through them too."""
    data = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock(), override_settings(DATA_DIR=data, MEDIA_ROOT=data / "media"):
        assert connection.settings_dict["NAME"] != DATABASE_OF_THIS_MACHINE, "there is no database for tests"
        if not StaffGroup.objects.exists():
            refill()
        call_command("load_sample", stdout=io.StringIO())
        staff = {language: make_staff(PUBLISHERS, language=language, password=PASSWORD) for language in LANGUAGES}
        server = LiveServerThread("127.0.0.1", static_handler=lambda _files: WSGIHandler())
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield SimpleNamespace(data=data, staff=staff, url=f"http://{server.host}:{server.port}")
        server.terminate()


def refill():
    """Write anew what the migrations of staff groups put into the tables: rights, needs of addresses, the menu.

    A test before, with transactions of its own, emptied them.
    """
    for migration in MigrationLoader(connection).disk_migrations.values():
        if migration.name.endswith("_staff_groups"):
            for step in migration.operations:
                assert isinstance(step, RunPython), f"{migration} does more than write rows"
                step.code(apps, SimpleNamespace(connection=connection))


@pytest.fixture
def db(site):
    """The site's database as the tests before left it: committed, or the server would not see it.

    By this name pytest-django knows that a test needs a database; its own fixture would open a transaction.
    """
    yield
    connection.close()  # one that belongs to playwright's event loop: nobody else would close it


@pytest.fixture(autouse=True)
def apart(settings, site, db):
    """The site's folder instead of one for each test, an empty cache, and the first language: see tests/conftest.py."""
    settings.DATA_DIR, settings.MEDIA_ROOT = site.data, site.data / "media"
    cache.clear()
    deactivate()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, site):
    """Addresses may leave out the host; nothing moves, so that no colour is looked at half-way."""
    return {**browser_context_args, "base_url": site.url, "reduced_motion": "reduce"}


@pytest.fixture
def open_page(new_context, site):
    """A function that opens an empty page and tells what happens on it in `page.watch`.

    Takes the reader's `language`, `signed_in` (a storage state) and whatever a browser's context takes. A fault on
    any of these pages (an error, something that the policy stopped, a missing file, another host) fails the test.
    """
    watches = []

    def opened(*, language="fr", signed_in=None, **options):
        if signed_in:
            options["storage_state"] = signed_in
        page = new_context(locale=ACCEPT[language], **options).new_page()
        page.set_default_timeout(TIMEOUT)
        page.watch = Watch(page, site.url)
        watches.append(page.watch)
        return page

    yield opened
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def page(open_page):
    """A page of a reader whose browser asks for French."""
    return open_page()


@pytest.fixture
def plain_page(open_page):
    """A page of a reader whose browser runs no script."""
    return open_page(java_script_enabled=False)


@pytest.fixture(scope="session")
def signed_in(browser, browser_context_args, site):
    """{language: storage state} of the two publishers, signed in through the form."""
    return {
        language: sign_in(browser.new_context(**browser_context_args), user) for language, user in site.staff.items()
    }


def sign_in(context, user):
    page = context.new_page()
    fill_in_login(page, user)
    page.wait_for_url(re.compile(r"/admin/$"))
    state = context.storage_state()
    context.close()
    return state


def fill_in_login(page, user):
    page.goto("/admin/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")


@pytest.fixture
def put_back():
    """A function that takes objects whose texts the test will change; they are as before at its end."""
    rows = []

    def keep(obj):
        rows.extend(obj.translations.all())
        return obj

    yield keep
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        type(row).objects.filter(pk=row.pk).update(**values)


@pytest.fixture
def sample_of(site):
    """A function that returns a sample object by its kind and the key it has in the sample files."""
    models = {
        "network": Network,
        "group": Group,
        "organisation": Organisation,
        "publication": Publication,
        "theme": Theme,
        "term": Term,
        "address": Address,
        "page": Page,
    }

    def found(kind, key):
        obj = find(models[kind], key)
        assert obj, f"{key} is not in the sample"
        return obj

    return found


@pytest.fixture
def shapes(open_page, sample_of, request):
    """Opens pages by the names in tests/browser/shapes.py."""
    return Shapes(open_page, sample_of, lambda: request.getfixturevalue("signed_in"))
