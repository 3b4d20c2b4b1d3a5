"""The site as a server runs it, gunicorn with several workers and the task worker, and readers who order from it."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from intake.forms import Ticket

WORKERS = 3
ANSWER_SECONDS = 40  # more than anybody waits for the database (settings.DATABASES)
PROTECTED = "cire_site.wsgi:application"
#: The site with its protection taken out.
UNPROTECTED = "tests.orders.unprotected:application"
#: The site of which a worker dies when it has kept an order.
DYING = "tests.orders.dying:application"

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STREET = "rue de l’Exemple 1"
_addresses = count(1)


def database_url():
    """Return the DATABASE_URL of the database that this test has."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user, password, host = (quote(known[name], safe="") for name in ("USER", "PASSWORD", "HOST"))
    port = f":{known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{user}:{password}@{host}{port}/{known['NAME']}?{urlencode(known['OPTIONS'])}"


class Shop:
    """Started, killed and started again, always on the same port: the socket is held open, as systemd does it.

    Whoever asks while nothing runs waits for the next start; whoever was being answered is cut off.
    """

    def __init__(self, folder, mail_port, application):
        self.application = application
        self.log = folder / "log"
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listening.getsockname()[1]
        # Another database, key or address of the test run must not reach it.
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
            "LOCAL": "1",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "BEHIND_FRONT_SERVER": "1",  # so that each reader has an address, and a limit, of their own
            "WEB_CONCURRENCY": str(WORKERS),
        }
        with self.log.open("w") as log:
            self.launcher = subprocess.Popen(
                [sys.executable, "-m", "tests.orders.launcher"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[self.listening.fileno()],
            )

    def start(self, *, mails=False):
        """Start gunicorn, with `mails` the task worker too, and return once pages are answered."""
        commands = [["gunicorn", "--bind", f"fd://{self.listening.fileno()}", self.application]]
        if mails:
            commands.append(["manage.py", "db_worker", "--no-reload", "--no-startup-delay", "--interval", "0.1"])
        self._launch(commands)
        assert self.connect().get("/healthz").status == 200, self.said()

    def kill(self):
        """End everything at once, in the middle of whatever it does."""
        self._launch([])

    def _launch(self, commands):
        self.launcher.stdin.write(json.dumps(commands).encode() + b"\n")
        self.launcher.stdin.flush()
        assert self.launcher.stdout.readline(), self.said()

    def close(self):
        self.launcher.communicate()
        self.listening.close()

    def connect(self):
        return Connection(self.port)

    def said(self):
        return self.log.read_text()


@contextlib.contextmanager
def shop(folder, mail_port=9, *, application=PROTECTED):
    """Yield a Shop that is not started yet; afterwards nothing of it is left."""
    shop = Shop(folder, mail_port, application)
    try:
        yield shop
    finally:
        shop.close()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class Connection:
    """A browser as far as ordering needs one: it keeps cookies, and asks over a connection of its own each time."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}
        number = next(_addresses)
        self.address = f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, fields):
        return self._ask("POST", path, urlencode(fields), FORM)

    def request_text(self, path, fields):
        """Return what a POST sends, byte by byte."""
        body = urlencode(fields)
        headers = {"Host": f"127.0.0.1:{self.port}", **self._headers(), **FORM, "Content-Length": str(len(body))}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", body]
        return "\r\n".join(lines).encode()

    def _headers(self):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"X-Forwarded-For": self.address, "Connection": "close", "Cookie": cookies}

    def _ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, body, {**self._headers(), **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
        self._keep_cookies(response.headers.get_all("Set-Cookie", []))
        return Answer(response.status, response.headers.get("Location", ""), text)

    def _keep_cookies(self, lines):
        for line in lines:
            for name, cookie in SimpleCookie(line).items():
                if cookie["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = cookie.coded_value


class Fields(HTMLParser):
    """The boxes of a page: `values` by name, the `hidden` ones of them, and the names of those marked as `wrong`."""

    def __init__(self, text):
        super().__init__()
        self.values, self.hidden, self.wrong = {}, {}, set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag != "input" or attributes.get("type") in ("radio", "checkbox"):
            return
        name, value = attributes["name"], attributes.get("value", "")
        self.values[name] = value
        if attributes.get("type") == "hidden":
            self.hidden[name] = value
        if attributes.get("aria-invalid") == "true":
            self.wrong.add(name)


def wait_for(condition, seconds=60):
    """Return once the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def page(name, **kwargs):
    with override("fr"):
        return reverse(f"orders:{name}", kwargs=kwargs)


class Reader:
    """Somebody who orders; `wishes`: {offer: copies}."""

    def __init__(self, shop, wishes, email=""):
        self.browser = shop.connect()
        self.email = email or f"reader-{self.browser.address}@example.org"
        self.boxes = {f"copies-{offer.pk}": str(copies) for offer, copies in wishes.items()}

    def fill_in(self):
        """Put the wishes in the basket and fill in the page with the address, as far as the last button."""
        answer = self.browser.post(page("order"), self.boxes)
        assert answer.status == 302, answer.text
        answer = self.browser.get(page("details"))
        hidden = Fields(answer.text).hidden
        hidden["ticket"] = str(opened_a_minute_ago(hidden["ticket"]))
        self.form = {
            **hidden,
            **self.boxes,
            "requester_kind": "person",
            "purpose": "reading",
            "delivery": "post",
            "name": "Dominique Exemple",
            "email": self.email,
            "street": STREET,
            "postcode": "1030",
        }
        return self

    def send(self):
        """Press the button; may be done again, or by several at once."""
        return self.browser.post(page("details"), self.form)


def opened_a_minute_ago(text):
    """Return the ticket of a form as it is for somebody who takes the time to read."""
    ticket = Ticket.read(text, "OrderForm")
    return Ticket(ticket.form, ticket.key, time.time() - 60)


def is_thanked(answer):
    """Whether an answer tells that the order stands: it leads to the page with its number."""
    return answer.status == 302 and answer.location.startswith(page("done", token="x").removesuffix("x/"))


def is_refused(answer):
    """Whether an answer is the form again, with a word beside the copies and beside nothing else."""
    wrong = Fields(answer.text).wrong
    beside_copies = bool(wrong) and all(name.startswith("copies-") for name in wrong)
    return answer.status == 200 and beside_copies and is_still_filled_in(answer)


def is_still_filled_in(answer):
    """Whether an answer is the form again with all that was typed, whatever is said about it."""
    return Fields(answer.text).values.get("street") == STREET
