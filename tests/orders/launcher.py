"""Starts and kills the site again and again without reading its code each time: `python -m tests.orders.launcher`.

A line that comes in is a JSON list of commands (as in sys.argv) to be run from now on, each in a process of its own;
[] kills them, with all that they have started, in the middle of whatever they do. Each line is answered by one. When
nobody is there any more to send lines, nothing is left running.
"""

import contextlib
import json
import os
import signal
import sys

import django
from django.core.management import execute_from_command_line
from django.urls import get_resolver
from gunicorn.app.wsgiapp import run as run_gunicorn


def launch(command):
    """Run a command in a process and session of its own and return its number."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.argv = command
    try:
        run_gunicorn() if command[0] == "gunicorn" else execute_from_command_line(command)
    finally:
        os._exit(1)


def kill(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cire_site.settings")
    django.setup()
    # What a worker reads when it is first asked takes most of the time of a start.
    from addresses.gazetteer import find_place  # which needs the settings

    assert get_resolver().url_patterns
    assert find_place("1030")
    pids = []
    for line in iter(sys.stdin.readline, ""):
        commands = json.loads(line)
        if not commands:
            kill(pids)
            pids = []
        pids += [launch(command) for command in commands]
        print(flush=True)
    kill(pids)


if __name__ == "__main__":
    main()
