"""Other sites are asked politely whether our links to them still hold, and nothing inside our own network ever is."""

import contextlib
import datetime
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from django.test import TestCase
from django.utils import timezone

from links import checking
from links.checking import Outcome, State, check_due, digest_of, is_public, try_address
from links.models import ExternalAddress
from tests.makers import make_theme

HOUR = datetime.timedelta(hours=1)


class Elsewhere(BaseHTTPRequestHandler):
    """A site that answers as its paths say: /404, /301/200, /head-405/200…"""

    def answer(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        first, _stroke, rest = self.path.partition("?")[0].lstrip("/").partition("/")
        if first.startswith("drip-"):
            self.drip(first.removeprefix("drip-"))
            return
        if first.startswith("head-"):
            status = int(first.removeprefix("head-") if self.command == "HEAD" else rest)
        elif first == "slow":
            self.server.released.wait(5)
            status = 200
        else:
            status = int(first)
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", self.server.places.get(self.path, f"/{rest}"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def drip(self, part):
        """Answer a line, a header or a body that does not end as long as somebody listens."""
        self.close_connection = True
        begin = {"line": b"HTTP/1.1 200 ", "header": b"HTTP/1.1 200 OK\r\nX: ", "body": b"HTTP/1.1 404 No\r\n\r\n"}
        # To HEAD there is no body: that is asked for by GET.
        self.wfile.write(begin[part])
        with contextlib.suppress(OSError):
            while not self.server.released.wait(0.02):
                self.wfile.write(b"x")

    do_GET = do_HEAD = answer

    def log_message(self, *args):
        pass


@pytest.fixture
def site(settings):
    """A site on this machine, which may be asked in this test."""
    settings.LINK_CHECK_PRIVATE_HOSTS = ["127.0.0.1"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.asked, server.places, server.released = [], {}, threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def tried(href):
    """Try an address without waiting; return the Outcome and the pauses that were made."""
    pauses = []
    return try_address(href, sleep=pauses.append), pauses


# --- One address ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "state", "answer", "methods"),
    [
        ("/200", State.REACHED, "200", ["HEAD"]),
        ("/404", State.FAILED, "404", ["HEAD", "GET"]),
        ("/410", State.FAILED, "410", ["HEAD"]),
        ("/500", State.FAILED, "500", ["HEAD", "GET"]),
        ("/403", State.REFUSED, "403", ["HEAD", "GET"]),
        ("/429", State.REFUSED, "429", ["HEAD"]),
        ("/head-405/200", State.REACHED, "200", ["HEAD", "GET"]),
        ("/head-404/200", State.REACHED, "200", ["HEAD", "GET"]),
        ("/302/200", State.REACHED, "200", ["HEAD", "HEAD"]),
        ("/302/404", State.FAILED, "404", ["HEAD", "HEAD", "GET"]),
    ],
)
def test_an_address_is_asked_for_as_little_as_will_do(site, path, state, answer, methods):
    outcome, pauses = tried(site.url + path)
    assert (outcome.state, outcome.answer) == (state, answer)
    assert [method for method, _path, _agent in site.asked] == methods
    assert len(pauses) == methods.count("GET"), "a pause before a second question to the same host"


def test_what_moved_for_good_says_where(site):
    assert tried(f"{site.url}/301/200")[0] == Outcome(State.MOVED, "200", f"{site.url}/200")
    assert tried(f"{site.url}/301/302/200")[0] == Outcome(State.MOVED, "200", f"{site.url}/302/200")
    assert tried(f"{site.url}/302/301/200")[0] == Outcome(State.REACHED, "200")


def test_a_site_is_told_who_asks(site, settings):
    settings.SITE_URL = "https://www.example.org"
    tried(f"{site.url}/200")
    assert site.asked[0][2] == "link-check (+https://www.example.org)"


def test_an_odd_place_to_be_led_to_is_no_answer(site):
    site.places["/301/odd"] = "http://[bad"
    assert tried(f"{site.url}/301/odd")[0] == Outcome(State.FAILED, "broken")


def test_accents_and_spaces_of_a_choice_are_written_as_servers_read_them(site):
    assert tried(f"{site.url}/200/où?q=été à lire&a=b%20c+d?/1")[0].state == State.REACHED
    assert site.asked[0][1] == "/200/o%C3%B9?q=%C3%A9t%C3%A9%20%C3%A0%20lire&a=b%20c+d?/1"


def test_a_circle_ends(site):
    site.places["/301/round"] = "/301/round"
    assert tried(f"{site.url}/301/round")[0] == Outcome(State.FAILED, "circle")
    assert len(site.asked) == checking.MOST_HOPS + 1


def test_a_site_that_does_not_answer_is_waited_for_no_longer_than_that(site, monkeypatch):
    monkeypatch.setattr(checking, "TIMEOUT", 0.2)
    assert tried(f"{site.url}/slow")[0] == Outcome(State.FAILED, "timeout")


@pytest.mark.parametrize("path", ["/drip-line", "/drip-header", "/drip-body"])
def test_a_site_that_answers_byte_by_byte_is_not_listened_to_for_ever(site, monkeypatch, path):
    monkeypatch.setattr(checking, "WHOLE", 0.3)
    assert tried(f"{site.url}{path}")[0] == Outcome(State.FAILED, "timeout")


def test_a_server_that_is_not_there_is_out_of_reach(settings):
    settings.LINK_CHECK_PRIVATE_HOSTS = ["127.0.0.1"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert tried(f"http://127.0.0.1:{port}/")[0] == Outcome(State.FAILED, "refused")


@pytest.mark.parametrize(
    "href", ["http://[", "ftp://example.org/", "https:///x", "http://exa mple.org/", "http://", "x"]
)
def test_what_is_no_address_is_asked_nowhere(href, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: pytest.fail("it was looked up"))
    assert tried(href)[0].state == State.FAILED


# --- Never inside our own network ----------------------------------------------------------------------------------


@pytest.fixture
def looked_up(monkeypatch):
    """Let every host have these IP addresses; a connection is a failure."""

    def give(*addresses):
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answer)
        monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("it was connected"))

    return give


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::5db8:d822",
        "::7f00:1",
        "::10.0.0.1",
        "192.88.99.1",
        "2002:c058:6301::",
        "fec0::1",
    ],
)
def test_an_address_of_a_private_network_is_never_asked(looked_up, address):
    looked_up(address)
    assert tried("http://inside.example/")[0] == Outcome(State.FAILED, "private")


def test_one_private_address_among_public_ones_is_enough(looked_up):
    looked_up("93.184.216.34", "10.0.0.1")
    assert tried("http://inside.example/")[0] == Outcome(State.FAILED, "private")


def test_a_redirect_into_a_private_network_is_not_followed(site, settings):
    site.places["/302/inside"] = f"http://localhost:{site.server_port}/200"
    assert tried(f"{site.url}/302/inside")[0].answer in ("port", "private")
    assert len(site.asked) == 1


def test_only_the_ports_of_the_web_are_asked(looked_up):
    looked_up("93.184.216.34")
    for port in (22, 25, 6379, 8080):
        assert tried(f"http://example.org:{port}/")[0] == Outcome(State.FAILED, "port")


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    connected = []

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError

    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", (next(answers), 80))])
    monkeypatch.setattr(socket, "create_connection", connect)
    tried("http://example.org/")
    assert connected == [("93.184.216.34", 80)]


def test_public_addresses_are_public():
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


# --- All of them ---------------------------------------------------------------------------------------------------


def link_to(*hrefs):
    text = " ".join(f'<a href="{href}">mot</a>' for href in hrefs)
    with TestCase.captureOnCommitCallbacks(execute=True):
        return make_theme(fr={"text": f"<p>{text}</p>"}, nl=None)


@pytest.mark.django_db
def test_a_run_asks_each_host_once_and_never_two_runs_the_same(site):
    link_to(f"{site.url}/200", f"{site.url}/404")
    now = timezone.now()
    assert check_due(now, sleep=lambda seconds: None) == 1
    assert check_due(now, sleep=lambda seconds: None) == 1
    assert check_due(now, sleep=lambda seconds: None) == 0
    assert {one.href.rpartition("/")[2]: one.state for one in ExternalAddress.objects.all()} == {
        "200": State.REACHED,
        "404": State.FAILED,
    }


@pytest.mark.django_db
def test_an_address_that_nobody_thought_of_keeps_no_other_waiting(monkeypatch, caplog):
    link_to("https://odd.example/", "https://fine.example/")

    def try_it(href, sleep):
        if "odd" in href:
            raise RuntimeError(href)
        return Outcome(State.REACHED, "200")

    monkeypatch.setattr(checking, "try_address", try_it)
    assert check_due(timezone.now()) == 2
    assert {one.host: (one.state, one.answer) for one in ExternalAddress.objects.all()} == {
        "odd.example": (State.FAILED, "broken"),
        "fine.example": (State.REACHED, "200"),
    }
    assert "RuntimeError" in caplog.text
    assert "odd.example" not in caplog.text


@pytest.mark.django_db
def test_addresses_are_noted_in_one_order_once_the_text_is_saved(django_capture_on_commit_callbacks):
    hrefs = [f"https://{letter}.example/" for letter in "abcdefgh"]
    with django_capture_on_commit_callbacks(execute=True):
        make_theme(fr={"text": " ".join(f'<a href="{href}">mot</a>' for href in hrefs)}, nl=None)
        assert not ExternalAddress.objects.exists()
    found = list(ExternalAddress.objects.order_by("pk"))
    assert {one.href for one in found} == set(hrefs)
    assert [one.digest for one in found] == sorted(one.digest for one in found)


@pytest.mark.django_db
def test_what_failed_is_tried_again_sooner_than_what_did_not(site):
    link_to(f"{site.url}/200")
    link_to(f"{site.url}/404")
    for _run in range(2):
        check_due(timezone.now(), sleep=lambda seconds: None)
    fine, broken = ExternalAddress.objects.order_by("failures")
    assert broken.failures == 1
    assert fine.reached_at
    assert not broken.reached_at
    assert broken.next_try_at < timezone.now() + 2 * 24 * HOUR < fine.next_try_at


@pytest.mark.django_db
def test_nobody_is_asked_where_that_is_switched_off(settings, monkeypatch):
    asked = []
    monkeypatch.setattr(checking, "check_due_links", SimpleNamespace(enqueue=lambda: asked.append(1)))
    link_to("https://elsewhere.example/")
    settings.CHECK_EXTERNAL_LINKS = False
    checking.ask_for_checks(timezone.now(), None)
    assert asked == []


@pytest.mark.django_db
def test_an_address_that_nothing_links_to_any_more_is_forgotten():
    link_to("https://elsewhere.example/")
    ExternalAddress.objects.create(
        href="https://old.example/", digest="x", host="old.example", next_try_at=timezone.now()
    )
    checking.ask_for_checks(timezone.now(), None)
    assert [one.href for one in ExternalAddress.objects.all()] == ["https://elsewhere.example/"]


@pytest.mark.django_db
def test_an_address_that_could_not_be_noted_with_its_text_is_noted_within_a_day():
    link_to("https://elsewhere.example/", "https://known.example/")
    ExternalAddress.objects.filter(host="elsewhere.example").delete()
    checking.ask_for_checks(timezone.now(), None)
    assert ExternalAddress.objects.filter(host="elsewhere.example", digest=digest_of("https://elsewhere.example/"))
    assert ExternalAddress.objects.count() == 2


@pytest.mark.django_db
def test_the_worker_is_asked_once_something_is_due(settings, django_capture_on_commit_callbacks):
    from django_tasks_db.models import DBTaskResult

    settings.CHECK_EXTERNAL_LINKS = True
    now = timezone.now()
    checking.ask_for_checks(now, now)
    assert not DBTaskResult.objects.exists()
    link_to("https://elsewhere.example/")
    with django_capture_on_commit_callbacks(execute=True):
        checking.ask_for_checks(timezone.now(), now)
    assert DBTaskResult.objects.filter(task_path="links.checking.check_due_links").count() == 1
