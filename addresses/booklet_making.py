"""How the booklet is made: the public addresses by need, as HTML, as a tagged PDF; by a task, once for each change."""

import datetime
import hashlib
import json
import logging
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import override
from django_tasks import task

from addresses.booklet import REISSUE, Booklet
from addresses.gazetteer import Commune
from addresses.models import Address, AddressTranslation, Category, Desk, SpecialDay
from content.folding import sort_key
from content.kept_pages import current_version
from content.languages import CODES
from content.paper import can_print, run_printer
from content.partial_dates import months_later

logger = logging.getLogger(__name__)

FOLDER = "addresses/booklets"
TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
STYLE = Path(__file__).with_name("booklet.css")
PRINTER = Path(__file__).with_name("booklet_printer.py")
#: More than this are not printed: 300 addresses take half a minute and 470 MB, and both grow with their number.
MOST_ADDRESSES = 1000
#: How many references stay together in a column.
TOGETHER = 5
SECONDS = 5 * 60  # after which printing is given up
#: After how long without an answer a worker is asked again: longer than it takes to give up.
PATIENCE = datetime.timedelta(minutes=10)
#: A reader's request looks itself whether a change concerns the booklet, where it has no more addresses than this.
COMPARED_AT_ONCE = 400


# --- When it is made -----------------------------------------------------------------------------------------------


def renew(now, since):
    """Have the booklets made anew that are no longer right. A step of settings.DUE_STEPS."""
    if not can_print():
        return
    version = current_version()
    right = {booklet.language for booklet in Booklet.objects.all() if booklet.is_right(version, now)}
    for language in CODES:
        if language not in right:
            ask(language, now)


def ask(language, now):
    """Ask the worker for a booklet, once: however many readers wait for it."""
    Booklet.objects.get_or_create(language=language)
    not_asked = Q(asked_at__isnull=True) | Q(asked_at__lte=now - PATIENCE)
    if Booklet.objects.filter(not_asked, language=language).update(asked_at=now):
        transaction.on_commit(lambda: make_booklet.enqueue(language))


def right_booklet(language, now):
    """Return the Booklet that says what the site says now; None where it first has to be made, which is asked for."""
    booklet = Booklet.objects.filter(language=language).first()
    version = current_version()
    if booklet is not None:
        if booklet.is_right(version, now):
            return booklet
        # Most changes of content are none of an address.
        if booklet.asked_at is None and booklet.addresses <= COMPARED_AT_ONCE:
            with override(language):
                if _still_holds(booklet, draft_booklet(), version, now):
                    return booklet
    ask(language, now)
    return None


def forget_lost_file(booklet):
    """Have a booklet made anew whose file has gone, as after a restore without it."""
    Booklet.objects.filter(pk=booklet.pk, file=booklet.file.name).update(file="", digest="", holds_until=None)
    ask(booklet.language, timezone.now())


def next_change(now):
    """Return the moment after `now` from which a booklet made now may say something that is no longer so."""
    rows = AddressTranslation.objects.aggregate(
        begins=Min("publish_from", filter=Q(publish_from__gt=now)),
        ends=Min("publish_until", filter=Q(publish_until__gt=now)),
    )
    today = timezone.localdate(now)
    first_days = Address.objects.filter(valid_from__gt=today).aggregate(first=Min("valid_from"))
    last_days = [
        model.objects.filter(**{f"{column}__gte": today}).aggregate(first=Min(column))["first"]
        for model, column in ((Address, "valid_until"), (Desk, "ends"), (SpecialDay, "ends"))
    ]
    dates = [first_days["first"], *(date and date + datetime.timedelta(days=1) for date in last_days)]
    midnights = [timezone.make_aware(datetime.datetime.combine(date, datetime.time.min)) for date in dates if date]
    return min(moment for moment in (*rows.values(), *midnights, now + REISSUE) if moment)


# --- What stands in it ---------------------------------------------------------------------------------------------


@dataclass
class Section:
    """A need (None: no need was chosen): the addresses printed here, and those that stand under another need."""

    category: Category | None
    printed: list = field(default_factory=list)
    elsewhere: list = field(default_factory=list)

    @property
    def anchor(self):
        return f"need-{self.category.key if self.category else 'none'}"

    @property
    def blocks(self):
        blocks = [Block(item=item) for item in self.printed] + references(self.elsewhere, is_elsewhere=True)
        blocks[0].section = self
        return blocks


@dataclass
class Block:
    """What stands together in a column: an address, or references to some, with the headings above."""

    item: Address | None = None
    references: list = field(default_factory=list)
    #: Whether these are the first references of several blocks, and not the last.
    begins: bool = False
    goes_on: bool = False
    #: What they have in common: the place, or that they answer the need of a section too.
    commune: Commune | None = None
    is_elsewhere: bool = False
    #: What has its heading here.
    section: Section | None = None
    begins_places: bool = False


@dataclass(frozen=True)
class Draft:
    """What is printed, as HTML, all but the cover, which alone knows the day of issue."""

    addresses: list
    contents: SafeString
    #: The addresses by need, then the index by place, as addresses/booklet_printer.py takes them.
    blocks: list

    @cached_property
    def digest(self):
        """Tells whether another draft prints the same."""
        return hashlib.sha256(json.dumps([stylesheet(), self.contents, self.blocks]).encode()).hexdigest()


def draft_booklet():
    """Return the Draft of all public addresses in the active language."""
    addresses = by_place(Address.objects.public().current().with_facts().filter(is_closed=False))
    sections = in_sections(addresses)
    blocks = [block for section in sections for block in section.blocks] + in_places(addresses)
    contents = render_to_string("addresses/booklet_contents.html", {"sections": sections})
    return Draft(addresses, contents, [rendered(block) for block in blocks])


def rendered(block):
    """Return a Block as HTML in the pieces that may stand in two columns."""
    context = {"block": block, "item": block.item, "site_url": settings.SITE_URL}
    pieces = {"html": "block", "rest": "rest", "continued": "continued"} if block.item else {"html": "block"}
    return {name: render_to_string(f"addresses/booklet_{file}.html", context) for name, file in pieces.items()}


def by_place(addresses):
    """Return addresses by the names of their communes, those without one last; what is alike keeps its order."""
    return sorted(addresses, key=_place_key)


def _place_key(address):
    commune = address.commune
    return (commune is None, sort_key(commune.name) if commune else "")


def in_sections(addresses):
    """Return a Section for each need that an address answers: each address is printed once, under its first need."""
    sections = {category.pk: Section(category) for category in Category.objects.all()}
    rest = Section(None)
    for address in addresses:
        first, *others = [sections[category.pk] for category in address.shown_categories] or [rest]
        first.printed.append(address)
        for section in others:
            section.elsewhere.append(address)
    return [section for section in (*sections.values(), rest) if section.printed or section.elsewhere]


def in_places(addresses):
    """Return the blocks of an index of addresses that stand by place."""
    blocks = []
    for commune, items in groupby(addresses, key=lambda address: address.commune):
        blocks += references(list(items), commune=commune)
    if blocks:
        blocks[0].begins_places = True
    return blocks


def references(items, **common):
    """Return blocks of references to addresses, few enough in each to stand together."""
    return [
        Block(
            references=items[start : start + TOGETHER],
            begins=start == 0,
            goes_on=start + TOGETHER < len(items),
            **common,
        )
        for start in range(0, len(items), TOGETHER)
    ]


def stylesheet():
    """Return the style of the booklet: the site's tokens, then its own rules."""
    # After the first @media come the values for dark screens and the like.
    return TOKENS.read_text().partition("@media")[0] + STYLE.read_text()


# --- Paper ---------------------------------------------------------------------------------------------------------


def print_booklet(draft, now, language):
    """Return a draft as PDF, issued at `now`; content.paper.CannotPrint where it cannot be printed."""
    issued_on = timezone.localdate(now)
    live_list = settings.SITE_URL + reverse("addresses:list")
    context = {
        "language": language,
        "contents": draft.contents,
        "count": len(draft.addresses),
        "has_samples": any(address.is_sample for address in draft.addresses),
        "issued_on": issued_on,
        "check_after": months_later(issued_on, 1),
        "live_list": live_list,
        "live_list_text": live_list.removeprefix(f"{urlsplit(live_list).scheme}://"),
        "qr": segno.make(live_list, error="m", micro=False).svg_data_uri(border=0, omitsize=True),
    }
    before = render_to_string("addresses/booklet.html", context)
    job = {"css": stylesheet(), "before": before, "blocks": draft.blocks}
    return run_printer(PRINTER, job, SECONDS)


@task()
def make_booklet(language):
    """Make the booklet of one language, unless nothing in it has changed."""
    now = timezone.now()
    booklet, _made = Booklet.objects.get_or_create(language=language)
    # Before anything is read: a change made meanwhile makes the booklet wrong at once.
    version = current_version()
    if booklet.is_right(version, now):
        Booklet.objects.filter(pk=booklet.pk).update(asked_at=None)
        return
    with override(language):
        draft = draft_booklet()
        if _still_holds(booklet, draft, version, now):
            return
        file = ""
        if len(draft.addresses) > MOST_ADDRESSES:
            logger.warning("No booklet (%s): %s addresses are too many for one", language, len(draft.addresses))
        elif draft.addresses:
            pdf = print_booklet(draft, now, language)
            name = f"{FOLDER}/{language}-{timezone.localdate(now):%Y%m%d}-{draft.digest[:16]}.pdf"
            file = default_storage.save(name, ContentFile(pdf))
    _replace(
        booklet,
        file=file,
        addresses=len(draft.addresses),
        issued_at=now,
        digest=draft.digest,
        content_version=version,
        holds_until=next_change(now),
        asked_at=None,
    )


def _still_holds(booklet, draft, version, now):
    """Whether a booklet prints what a draft does; if so, it is noted to be right for longer."""
    is_lost = booklet.file and not booklet.file.storage.exists(booklet.file.name)
    if is_lost or not booklet.is_unchanged(draft.digest, now):
        return False
    booklet.holds_until = min(next_change(now), booklet.issued_at + REISSUE)
    # Unless another process has put a new one in its place meanwhile.
    unchanged = Booklet.objects.filter(pk=booklet.pk, digest=draft.digest)
    return bool(unchanged.update(content_version=version, holds_until=booklet.holds_until, asked_at=None))


def _replace(booklet, **columns):
    """Put a new file in the place of the old one, which is deleted once that stands."""
    with transaction.atomic():
        old = Booklet.objects.select_for_update().get(pk=booklet.pk).file.name
        Booklet.objects.filter(pk=booklet.pk).update(**columns)
        if old and old != columns["file"]:
            transaction.on_commit(lambda: default_storage.delete(old))
