"""The whole site on one machine, for trying it out and for development: `make run`."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation

from cire_site.catalogues import compile_catalogues
from cire_site.management.commands.make_local_admin import local_admin

HOST = "127.0.0.1"
START_SECONDS = 30
STOP_SECONDS = 12
DUE_SECONDS = 60  # from one start of `run_due` to the next


class Command(BaseCommand):
    """Prepare what a first start needs, then run the web server and the task worker until one of them stops.

    Beside them `run_due` runs once a minute, as a timer does it on a server.
    """

    help = "Prepares the database and the sample content, then runs the web server and the task worker together."
    requires_system_checks = ()
    stopping = False

    def add_arguments(self, parser):
        parser.add_argument("--port", default="8000")

    def handle(self, *args, port, **options):
        if not settings.LOCAL:
            raise CommandError("This is for one's own machine and needs LOCAL=1. For a server: docs/deploying.md")
        port = free_port(port)
        try:
            login = self.prepare()
        except KeyboardInterrupt:
            raise CommandError("Stopped before the site was ready.", returncode=130) from None
        self.serve(port, login)

    def prepare(self):
        """Bring this machine up to date, changing nothing that is; return the login of the local admin."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(folder)
        self.stdout.write("Preparing the database…")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_sample")
        return local_admin()

    def serve(self, port, login):
        """Run both processes, and `run_due` beside them; none outlives the others, or this command."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        parent = os.getppid()
        processes = {}
        due, due_at = None, 0
        try:
            processes["web server"] = start(port, "-m", "gunicorn", "--bind", f"{HOST}:{port}")
            processes["task worker"] = start(port, "manage.py", "db_worker", "--no-reload", "--no-startup-delay")
            deadline = time.monotonic() + START_SECONDS
            ready = False
            # `make` or the terminal may be killed without a word to us: then our parent is another one.
            while not self.stopping and os.getppid() == parent:
                for name, process in processes.items():
                    if process.poll() is not None:
                        raise CommandError(f"The {name} stopped by itself (exit code {process.returncode}).")
                if not ready:
                    ready = answers(port)
                    if ready:
                        self.print_addresses(port, login)
                    elif time.monotonic() > deadline:
                        raise CommandError(f"The web server did not answer within {START_SECONDS} seconds.")
                elif time.monotonic() > due_at and (due is None or due.poll() is not None):
                    # Whether it fails is in its log and on the admin's start page; the site goes on.
                    due, due_at = start(port, "manage.py", "run_due"), time.monotonic() + DUE_SECONDS
                time.sleep(0.2)
        finally:
            stop([*processes.values(), *([due] if due else [])])
        self.stdout.write("Stopped.")

    def stop(self, number, frame):
        """Note that somebody wants us to stop; the loop in `serve` looks at it."""
        self.stopping = True

    def print_addresses(self, port, login):
        """Tell where to look, and how to get in."""
        lines = []
        for language, name in (("fr", "In French"), ("nl", "In Dutch")):
            with translation.override(language):
                lines += [(name, reverse("home")), ("  networks and groups", reverse("networks_and_groups"))]
        lines += [("Admin", reverse("admin:index"))]
        self.stdout.write("\nThe site is running; stop it with Ctrl-C.\n\n")
        for name, path in lines:
            self.stdout.write(f"  {name:<22}http://{HOST}:{port}{path}")
        self.stdout.write(f"  {'  login':<22}{login}\n\n")


def free_port(text):
    """Read a port to listen on. Raises CommandError, in one line, where it is none or something listens there."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CommandError(f"{text!r} is not a port: take a number between 1024 and 65535.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CommandError(f"Port {port} is for the system. Take another: make run PORT=8001") from None
        except OSError:
            raise CommandError(
                f"Port {port} is already taken. Take another: make run PORT={port + 1 if port < 65535 else 8001}"
            ) from None
    return port


def start(port, *arguments):
    """Start a Python process in a session of its own, so that a Ctrl-C reaches it through us only."""
    environment = {
        "SITE_URL": f"http://{HOST}:{port}",
        "GUNICORN_LOG_LEVEL": "warning",
        **os.environ,
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )


def stop(processes):
    """Ask the processes to end; after STOP_SECONDS end what is left of them and of their children."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port):
    """Tell whether the site answers on the port, with whatever page."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
