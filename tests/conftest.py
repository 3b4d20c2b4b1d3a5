"""What every test stands on: compiled catalogues, no network, and a browser where there is one."""

import io
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils.translation import deactivate

from cire_site.catalogues import compile_catalogues

# In CI a test that cannot run is a failure: nothing is skipped for want of a tool.
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_configure(config):
    """Compile the catalogues before the first page is rendered."""
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(folder)


# --- No network ------------------------------------------------------------------------------------------------

_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _refuse_unless_local(host):
    host = host.decode() if isinstance(host, bytes) else host
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host in {None, "", "localhost"}
    if not local:
        raise RuntimeError(f"A test tried to reach {host}: tests only connect to this machine.")


def _guarded(connect):
    def connect_locally(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_unless_local(address[0])
        return connect(self, address)

    return connect_locally


def _look_up_locally(host, *args, **kwargs):
    _refuse_unless_local(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket.connect = _guarded(_connect)
socket.socket.connect_ex = _guarded(_connect_ex)
socket.getaddrinfo = _look_up_locally


# --- Database --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Keep SQLite's test database in a file: in memory, a live server's threads would share one connection."""
    from django.db import connections

    connection = connections["default"]
    if connection.vendor != "sqlite":
        yield
        return
    memory = Path("/dev/shm")
    folder = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="tests-", dir=folder) as name:
        connection.settings_dict["TEST"]["NAME"] = str(Path(name) / "db.sqlite3")
        yield


@pytest.fixture(autouse=True)
def apart(settings, tmp_path):
    """Give each test a folder of its own for data and uploads, an empty cache, and the site's first language.

    A request leaves its thread in the language of its page.
    """
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    cache.clear()
    deactivate()


@pytest.fixture
def sample(db, settings, monkeypatch):
    """The sample content, without the smaller pictures and without reading PDFs, which take longer than all the rest.

    Covers and page counts are there nevertheless: invented.
    """
    from content.pictures import clean_picture
    from publications.pdf import PdfContents
    from tests.makers import make_picture

    cover = clean_picture(make_picture(300, 424)).read()
    contents = PdfContents(24, 345_678, "Texte", True, cover, 300, 424)
    settings.CONTENT_STEPS = [step for step in settings.CONTENT_STEPS if not step.endswith("make_renditions")]
    monkeypatch.setattr("publications.files.read_pdf", lambda file: contents)
    monkeypatch.setattr("publications.fields.check_pdf", lambda file: contents)
    monkeypatch.setattr("publications.files.make_renditions", lambda edition, field: None)
    call_command("load_sample", stdout=io.StringIO())


# --- Browser ---------------------------------------------------------------------------------------------------

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The browser has nobody to talk to but the test server.
BROWSER_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-first-run",
]
NO_BROWSER = f"no browser found ({', '.join(BROWSER_NAMES)}); on Debian: apt install chromium"


def find_browser():
    """Return the path of a chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, BROWSER_NAMES)), None)


def pytest_collection_modifyitems(items):
    """Mark the browser tests by their folder, and run them last: other faults show sooner."""
    for item in items:
        if "browser" in item.path.relative_to(item.config.rootpath).parts:
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_runtest_setup(item):
    """Skip a browser test where there is no browser; in CI that is a failure."""
    if item.get_closest_marker("browser") and not find_browser():
        (pytest.fail if IN_CI else pytest.skip)(NO_BROWSER)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Launch the machine's own chromium."""
    arguments = BROWSER_ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    return {**browser_type_launch_args, "executable_path": find_browser(), "args": arguments}


@pytest.fixture(scope="session")
def playwright(playwright):
    """Let Django's database be used beside playwright, whose event loop keeps running in this thread.

    Django would take every query from here on for one made inside an async function, in whatever test.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield playwright
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
