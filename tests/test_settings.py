"""A wrong setting stops the start and is named; the settings of a server pass Django's own checks."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cire_site.environment import (
    Environment,
    boolean,
    database,
    hosts,
    mail_address,
    mail_addresses,
    mail_server,
    site_address,
)

LOCAL = {"DEBUG": "1"}
PRODUCTION = {
    "SECRET_KEY": "0Ae4yQmUj7cVt2LxWk9rPz6sHb1nGd8fYi5oTu3vRq-EwJlMaXhCpZkNbS",
    "SITE_URL": "https://www.example.org",
    "DATABASE_URL": "postgresql:///cire",
    "STAFF_EMAIL": "staff@example.org",
}


@pytest.fixture
def start(tmp_path):
    """Start Django in a process of its own with these variables only; return the finished process."""

    def run(variables, *command):
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {"DATA_DIR": str(tmp_path / "data"), **variables}
        return subprocess.run(
            [sys.executable, "manage.py", *(command or ("diffsettings",))],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("SECRET_KEY", ""),
        ("SITE_URL", ""),
        ("SITE_URL", "www.example.org"),
        ("SITE_URL", "ftp://example.org"),
        ("SITE_URL", "https://www.example.org/site"),
        ("SITE_URL", "https://www.example.org:port"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://www.example.org?a=1"),
        ("SITE_URL", "https://me:secret@www.example.org"),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "postgres://host"),
        ("DATA_DIR", "/dev/null/data"),
        ("ALLOWED_HOSTS", "https://www.example.org"),
        ("ALLOWED_HOSTS", " , "),
        ("BEHIND_FRONT_SERVER", "perhaps"),
        ("LOG_LEVEL", "LOUD"),
        ("STAFF_EMAIL", ""),
        ("STAFF_EMAIL", "nobody"),
        ("STAFF_EMAIL", "a@example.org,Somebody <b@example.org>"),
        ("DEFAULT_FROM_EMAIL", "CIRÉ"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "imap://mail.example.org"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("EMAIL_URL", "smtp://"),
        ("ORDERS_KEEP_MONTHS", "0"),
        ("ORDERS_KEEP_MONTHS", "a year"),
        ("ORDERS_KEEP_MONTHS", "12.5"),
        ("OUTBOX_KEEP_DAYS", "0"),
        ("OUTBOX_KEEP_DAYS", "a month"),
    ],
)
def test_a_wrong_variable_stops_the_start_and_is_named(start, name, value):
    process = start({**PRODUCTION, name: value})
    assert process.returncode != 0
    last = process.stderr.strip().splitlines()[-1]
    assert f"Environment variable {name}" in last
    assert PRODUCTION["SECRET_KEY"] not in process.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://cire:sesame@host/name"), ("EMAIL_URL", "imap://cire:sesame@mail.example.org")],
)
def test_a_wrong_address_of_a_service_does_not_print_its_password(start, name, value):
    process = start({**PRODUCTION, name: value})
    assert process.returncode != 0
    assert "sesame" not in process.stderr


def test_a_developer_needs_nothing_but_debug(start):
    process = start(LOCAL, "check", "--fail-level", "WARNING")
    assert process.returncode == 0, process.stderr


def test_the_settings_of_a_server_pass_every_check(start):
    process = start(PRODUCTION, "check", "--deploy", "--fail-level", "WARNING")
    assert process.returncode == 0, process.stderr
    assert "no issues" in process.stdout


def test_a_server_trusts_no_forwarded_header_and_hides_its_faults(start):
    told = start(PRODUCTION).stdout
    assert "DEBUG = True" not in told
    assert "SECURE_PROXY_SSL_HEADER" not in told
    assert "USE_X_FORWARDED" not in told
    assert "ALLOWED_HOSTS = ['www.example.org']" in told
    assert "SESSION_COOKIE_SECURE = True" in told
    assert "CSRF_COOKIE_SECURE = True" in told


def test_a_server_sends_readers_to_https_but_not_its_monitor(start):
    code = (
        "from django.test import RequestFactory\n"
        "from django.middleware.security import SecurityMiddleware\n"
        "for path in ('/fr/', '/healthz'):\n"
        "    request = RequestFactory().get(path, headers={'host': 'www.example.org'})\n"
        "    answer = SecurityMiddleware(lambda request: None).process_request(request)\n"
        "    print(answer and answer.headers['Location'])\n"
    )
    process = start(PRODUCTION, "shell", "--no-imports", "-c", code)
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == ["https://www.example.org/fr/", "None"]


def test_no_model_has_changed_without_a_migration(start):
    process = start({**LOCAL, "DATABASE_URL": "sqlite://:memory:"}, "makemigrations", "--check", "--dry-run")
    assert process.returncode == 0, process.stdout


# --- Reading ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"), [("1", True), ("TRUE", True), ("on", True), ("yes", True), ("0", False), ("off", False)]
)
def test_a_switch_is_on_or_off(text, meant):
    assert boolean(text) is meant


@pytest.mark.parametrize("text", ["2", "maybe", "ja", "1 0"])
def test_a_switch_that_is_neither_on_nor_off_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match=r"Environment variable SWITCH: .*neither true nor false"):
        Environment({"SWITCH": text}).read("SWITCH", boolean)


def test_an_empty_variable_is_like_an_absent_one():
    assert Environment({"SWITCH": "  "}).read("SWITCH", boolean, default=False) is False
    with pytest.raises(ImproperlyConfigured, match="Environment variable SWITCH is missing: it is needed"):
        Environment({"SWITCH": ""}).required("SWITCH", why="it is needed")


def test_addresses_are_read_with_what_they_say():
    assert site_address("https://www.example.org/") == "https://www.example.org"
    assert site_address("http://127.0.0.1:8001") == "http://127.0.0.1:8001"
    assert site_address("http://[::1]:8000") == "http://[::1]:8000"
    assert database("postgresql://cire:secret@db:5433/cire")["PORT"] == 5433
    assert hosts(" a.org, .b.org ,[::1]") == ["a.org", ".b.org", "[::1]"]


def test_a_mail_server_is_read_with_its_encryption_and_its_port():
    plain, tls, ssl = map(mail_server, ("smtp://localhost", "smtp+tls://a%40b:p%2Fw@mail.org", "smtps://mail.org:4465"))
    assert (plain["HOST"], plain["PORT"], plain["USE_TLS"], plain["USE_SSL"]) == ("localhost", 25, False, False)
    assert (tls["PORT"], tls["USE_TLS"], tls["USE_SSL"]) == (587, True, False)
    assert (tls["HOST_USER"], tls["HOST_PASSWORD"]) == ("a@b", "p/w")
    assert (ssl["PORT"], ssl["USE_TLS"], ssl["USE_SSL"]) == (4465, False, True)


def test_addresses_of_mail_are_read_with_and_without_names():
    assert mail_address("CIRÉ <site@example.org>") == "CIRÉ <site@example.org>"
    assert mail_addresses("a@example.org, b@example.org,") == ["a@example.org", "b@example.org"]


def test_a_server_writes_its_log_without_what_readers_typed(start):
    told = "import logging; print(type(logging.getLogger().handlers[0].formatter).__name__)"
    for variables in (PRODUCTION, {"LOCAL": "1"}):
        assert start(variables, "shell", "--no-imports", "-c", told).stdout.strip() == "DiscreetFormatter"
