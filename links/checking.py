"""Whether addresses elsewhere still answer: asked politely, by the worker, and never inside our own network."""

import datetime
import hashlib
import http.client
import io
import ipaddress
import logging
import socket
import ssl
import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from links.models import ExternalAddress, Link, LinkKind

logger = logging.getLogger(__name__)

State = ExternalAddress.State

#: How many addresses one run of the task tries: the worker has other things to do. Runs are a minute apart.
MOST = 5
#: Seconds for each step of a request, and for the whole of it: a server may send a byte now and then for hours.
TIMEOUT, WHOLE = 8, 20
#: Seconds between two requests to one host; of each host one address is tried in a run.
PAUSE = 5
MOST_HOPS = 5
MOST_READ = 1024  # bytes
PORTS = {80, 443}
#: What stands in a path as it is.
SAFE = "/%:@!$&'()*+,;=~"
PERMANENT, TEMPORARY = {301, 308}, {302, 303, 307}
#: Addresses of the newer network that end in one of the older, which they stand for.
STAND_FOR = [ipaddress.ip_network(network) for network in ("64:ff9b::/96", "::/96")]
#: Of no public network, though Python may think so: local translation, 6to4 relays, sites of old.
APART = [ipaddress.ip_network(network) for network in ("64:ff9b:1::/48", "192.88.99.0/24", "fec0::/10")]
#: Servers that answer people but not machines; nothing is known of the page.
REFUSALS = {401, 403, 407, 429, 451, 999}
#: After how long an address is tried again: one that answers, and one that has not for so many times.
AGAIN = datetime.timedelta(days=30)
AFTER_FAILURES = tuple(datetime.timedelta(days=days) for days in (1, 3, 7))
#: For how long an address belongs to the run that took it.
LEASE = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Outcome:
    """How an address answered: its State, the HTTP status or a word for what went wrong, where it has moved to."""

    state: str
    answer: str = ""
    moved_to: str = ""


class Unreachable(Exception):
    """No answer was had; holds the word for it: host, private, port, refused, certificate, timeout, broken."""


# --- One address -------------------------------------------------------------------------------------------------


def try_address(href, sleep=time.sleep):
    """Return the Outcome of asking for an address elsewhere, over at most five redirects."""
    here, is_permanent, moved_to = href, True, ""
    try:
        for _hop in range(MOST_HOPS + 1):
            status, location = ask(here, sleep)
            if status not in PERMANENT | TEMPORARY or not location:
                return outcome_of(status, moved_to)
            here = joined(here, location)
            is_permanent = is_permanent and status in PERMANENT
            moved_to = here if is_permanent else moved_to
    except Unreachable as error:
        return Outcome(State.FAILED, str(error))
    return Outcome(State.FAILED, "circle")


def joined(here, location):
    """Return the address that a redirect leads to."""
    try:
        return urljoin(here, location)
    except ValueError:
        raise Unreachable("broken") from None


def outcome_of(status, moved_to):
    """Return the Outcome that the last status of a chain stands for."""
    if status in REFUSALS:
        return Outcome(State.REFUSED, str(status))
    if status >= 400:
        return Outcome(State.FAILED, str(status))
    return Outcome(State.MOVED, str(status), moved_to) if moved_to else Outcome(State.REACHED, str(status))


def ask(href, sleep):
    """Return (status, location) of an address: HEAD, and GET where a server makes nothing of that."""
    status, location = request("HEAD", href)
    if status >= 400 and status not in (410, 429):
        sleep(PAUSE)
        status, location = request("GET", href)
    return status, location


def request(method, href):
    """Send one request to the very address that was looked at; return (status, location)."""
    try:
        parts = urlsplit(href)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Unreachable("host") from None
    if parts.scheme not in ("http", "https") or not host or any(letter.isspace() for letter in host):
        raise Unreachable("host")
    if port not in PORTS and host not in settings.LINK_CHECK_PRIVATE_HOSTS:
        raise Unreachable("port")
    connection = Connection(host, port, address_of(host, port), is_secure=parts.scheme == "https")
    target = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE + '?')}" if parts.query else "")
    try:
        connection.request(method, target, headers={"User-Agent": user_agent(), "Accept": "*/*", "Connection": "close"})
        response = connection.getresponse()
        response.read(MOST_READ)
        return response.status, response.headers.get("Location", "")
    except TimeoutError:
        raise Unreachable("timeout") from None
    except ssl.SSLError:
        raise Unreachable("certificate") from None
    except ConnectionRefusedError:
        raise Unreachable("refused") from None
    except (OSError, http.client.HTTPException, UnicodeError, ValueError):
        raise Unreachable("broken") from None
    finally:
        connection.close()


def user_agent():
    """Say who asks, and where to complain."""
    return f"link-check (+{settings.SITE_URL})"


def address_of(host, port):
    """Return the IP address of a host; Unreachable where it has none, or any of them is not of the public network.

    The connection goes to this very address: a name that is looked up twice may lead elsewhere the second time.
    """
    try:
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise Unreachable("host") from None
    if host not in settings.LINK_CHECK_PRIVATE_HOSTS and not all(is_public(address) for address in found):
        raise Unreachable("private")
    return found[0]


def is_public(address):
    """Whether an IP address is one of the public network, by itself and as what it stands for in the older one."""
    address = ipaddress.ip_address(address.partition("%")[0])
    inner = [] if address.version == 4 else [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in STAND_FOR):
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    every = [address, *filter(None, inner)]
    return all(one.is_global and not one.is_multicast and not any(one in network for network in APART) for one in every)


class Connection(http.client.HTTPConnection):
    """A connection to a host at an address that is known to be fine; all that it does ends in time."""

    def __init__(self, host, port, address, *, is_secure):
        super().__init__(host, port)
        self.address, self.is_secure = address, is_secure
        self.default_port = 443 if is_secure else 80
        self.until = time.monotonic() + WHOLE
        self.response_class = partial(Response, until=self.until)

    def connect(self):
        self.sock = socket.create_connection((self.address, self.port), time_left(self.until))
        if self.is_secure:
            self.sock.settimeout(time_left(self.until))
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


class Response(http.client.HTTPResponse):
    """A response that is read until the time is up."""

    def __init__(self, sock, *args, until, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(TimedReader(sock, until))


class TimedReader(io.RawIOBase):
    """Reads from a socket, each time for no longer than there is time left."""

    def __init__(self, sock, until):
        self.sock, self.until = sock, until
        self.raw = sock.makefile("rb", buffering=0)

    def readable(self):
        return True

    def readinto(self, buffer):
        self.sock.settimeout(time_left(self.until))
        return self.raw.readinto(buffer)

    def close(self):
        self.raw.close()
        super().close()


def time_left(until):
    """Return how many seconds the next step may take; TimeoutError where none are left."""
    left = min(TIMEOUT, until - time.monotonic())
    if left <= 0:
        raise TimeoutError
    return left


# --- All of them -------------------------------------------------------------------------------------------------


def note_external(hrefs):
    """Have addresses elsewhere tried that nobody knows yet, once the text that they stand in is saved.

    Many texts share them: inside their transactions two saves would wait for each other.
    """
    if new := {digest_of(href): href for href in hrefs}:
        transaction.on_commit(partial(insert_external, new), robust=True)


def insert_external(hrefs):
    """Insert addresses by their digests, in one order for all."""
    now = timezone.now()
    new = [
        ExternalAddress(href=href, digest=digest, host=host_of(href), next_try_at=now)
        for digest, href in sorted(hrefs.items())
    ]
    ExternalAddress.objects.bulk_create(new, ignore_conflicts=True)


def digest_of(href):
    """Return what an address is found by."""
    return hashlib.sha256(href.encode()).hexdigest()


def host_of(href):
    """Return the name of the host of an address, "" where it has none."""
    try:
        return (urlsplit(href).hostname or "")[:255]
    except ValueError:
        return ""


def ask_for_checks(now, since):
    """Have the worker try what is due, and once a day put the list in line. A step of settings.DUE_STEPS."""
    if since is None or timezone.localdate(since) != timezone.localdate(now):
        put_in_line()
    if settings.CHECK_EXTERNAL_LINKS and ExternalAddress.objects.filter(next_try_at__lte=now).exists():
        check_due_links.enqueue()


def put_in_line():
    """Forget the addresses that nothing links to, and note those that could not be noted when a text was saved."""
    linked = Link.objects.filter(kind=LinkKind.EXTERNAL)
    ExternalAddress.objects.exclude(href__in=linked.values("href")).delete()
    missed = linked.exclude(href__in=ExternalAddress.objects.values("href"))
    insert_external({digest_of(href): href for href in missed.values_list("href", flat=True)})


@task()
def check_due_links():
    """Try some of the addresses that are due, one of each host."""
    check_due(timezone.now())


def check_due(now, sleep=time.sleep):
    """Try some of the addresses that are due, one of each host; return how many."""
    tried = set()
    for one in ExternalAddress.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")[: MOST * 100]:
        if len(tried) == MOST:
            break
        if one.host not in tried and claim(one, now):
            tried.add(one.host)
            keep(one, try_whatever_it_is(one.href, sleep))
    return len(tried)


def try_whatever_it_is(href, sleep):
    """Return the Outcome of asking for an address; one that nobody thought of must not keep all others waiting."""
    try:
        return try_address(href, sleep)
    except Exception as error:
        # Not its words: they may hold the address.
        logger.warning("An address elsewhere could not be tried: %s", type(error).__name__)
        return Outcome(State.FAILED, "broken")


def claim(one, now):
    """Take an address for this run; False where another run has it."""
    due = ExternalAddress.objects.filter(pk=one.pk, next_try_at__lte=now)
    return bool(due.update(next_try_at=now + LEASE))


def keep(one, outcome):
    """Write down how an address answered, and when it is tried again."""
    now = timezone.now()
    has_failed = outcome.state == State.FAILED
    one.state, one.answer, one.moved_to = outcome.state, outcome.answer, outcome.moved_to[:2000]
    one.failures = one.failures + 1 if has_failed else 0
    one.tried_at = now
    one.reached_at = one.reached_at if has_failed else now
    one.next_try_at = now + (AFTER_FAILURES[min(one.failures, len(AFTER_FAILURES)) - 1] if has_failed else AGAIN)
    one.save()
