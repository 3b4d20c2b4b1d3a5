"""`make run`: one command serves the whole site on one's own machine, and leaves nothing behind when it stops."""

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from cire_site.management.commands.make_local_admin import FILE_NAME, local_admin
from cire_site.management.commands.serve_locally import free_port


@pytest.fixture
def on_my_machine(settings, tmp_path):
    """Settings as `make run` has them, with an empty data folder."""
    settings.LOCAL = True
    settings.DATA_DIR = tmp_path / "var"
    return settings.DATA_DIR


# --- The local admin -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_local_admin_is_made_once_and_its_login_told_every_time(on_my_machine):
    first = local_admin()
    user = get_user_model().objects.get(username="admin")
    password = (on_my_machine / FILE_NAME).read_text().strip()
    assert user.is_superuser
    assert user.check_password(password)
    assert f"user admin, password {password} " in first
    assert local_admin() == first
    assert (on_my_machine / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_password_that_was_changed_since_is_kept(on_my_machine):
    local_admin()
    user = get_user_model().objects.get(username="admin")
    user.set_password("of my own choice")
    user.save()
    assert "the password that was set since" in local_admin()
    user.refresh_from_db()
    assert user.check_password("of my own choice")


@pytest.mark.django_db
def test_a_server_gets_no_local_admin(on_my_machine, settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="createsuperuser"):
        local_admin()
    assert not get_user_model().objects.exists()
    assert not on_my_machine.exists()


# --- The port --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "abc", "0", "70000", "²", "-1"])
def test_what_is_no_port_is_refused_in_one_line(text):
    with pytest.raises(CommandError, match=r"^.* is not a port: take a number between 1024 and 65535\.$"):
        free_port(text)


def test_a_port_that_is_taken_is_told_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"^Port {port} is already taken\. Take another: make run PORT="):
            free_port(str(port))
    assert free_port(str(port)) == port


# --- Both processes --------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path):
    """The site as `make run` starts it, from nothing: the process, and a function that gets a page's status."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Another PostgreSQL, address or key of the test run must not reach it.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"LOCAL": "1", "DATA_DIR": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "manage.py", "serve_locally", "--port", str(port)]
    output = (tmp_path / "output").open("w+")
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
    )

    def status(path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def said():
        output.seek(0)
        return output.read()

    process.status, process.said = status, said
    # The whole sample content is loaded first, its pictures made and its files read: that takes a while.
    wait_for(lambda: "The site is running" in said() or process.poll() is not None, 300)
    assert process.poll() is None, said()
    assert "The site is running" in said()
    yield process
    if process.poll() is None:
        # Asked, not killed: it ends the server and the worker that it has started.
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()
    output.close()


def wait_for(condition, seconds):
    """Wait until the condition holds; the assertion afterwards tells when it does not."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def below(process):
    """Return the processes below one: the server, its workers, the task worker; and the task worker alone."""
    found = psutil.Process(process.pid).children(recursive=True)
    (worker,) = [one for one in found if "db_worker" in one.cmdline()]
    return found, worker


def test_the_site_is_served_with_its_task_worker_and_both_stop_together(site):
    assert [site.status(path) for path in ("/fr/", "/nl/", "/static/css/site.css", "/admin/login/")] == [200] * 4
    processes, _worker = below(site)
    assert any("gunicorn" in one.cmdline() for one in processes)
    site.send_signal(signal.SIGTERM)
    assert site.wait(20) == 0, site.said()
    assert [one for one in processes if one.is_running()] == []


def test_periodic_work_is_done_while_the_site_runs(site, tmp_path):
    def done():
        with contextlib.closing(sqlite3.connect(tmp_path / "var" / "db.sqlite3", timeout=20)) as database:
            return {
                path for (path,) in database.execute("SELECT path FROM content_duestep WHERE done_until IS NOT NULL")
            }

    wait_for(lambda: done() == set(settings.DUE_STEPS), 30)
    assert done() == set(settings.DUE_STEPS), site.said()


def test_when_the_task_worker_dies_the_server_is_stopped_and_the_failure_told(site):
    processes, worker = below(site)
    worker.kill()
    assert site.wait(20) == 1
    assert "The task worker stopped by itself (exit code -9)." in site.said()
    assert [one for one in processes if one.is_running()] == []
