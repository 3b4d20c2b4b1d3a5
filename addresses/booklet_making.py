"""How the booklet is made: the public addresses by need, as HTML, as a tagged PDF; by the worker, once for each change."""

import datetime
import hashlib
import logging
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import override
from django_tasks import task

from addresses.booklet import REISSUE, Booklet, can_print
from addresses.checking import months_later
from addresses.models import Address, AddressTranslation, Category, Desk, SpecialDay
from content.folding import sort_key
from content.kept_pages import current_version
from content.languages import CODES

logger = logging.getLogger(__name__)

FOLDER = "addresses/booklets"
STYLES = (settings.BASE_DIR / "static" / "css" / "tokens.css", Path(__file__).with_name("booklet.css"))
#: After how long without an answer a worker is asked again.
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
    _update(booklet, file="", digest="", holds_until=None)
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


@dataclass(frozen=True)
class Draft:
    """The pages of a booklet as HTML, without its cover, which alone knows the day of issue."""

    pages: SafeString
    addresses: list

    @property
    def digest(self):
        """Tells whether another draft prints the same."""
        return hashlib.sha256(f"{stylesheet()}{self.pages}".encode()).hexdigest()


def draft_booklet():
    """Return the Draft of all public addresses in the active language."""
    addresses = by_place(Address.objects.public().current().with_facts())
    context = {"sections": in_sections(addresses), "communes": in_communes(addresses), "site_url": settings.SITE_URL}
    return Draft(render_to_string("addresses/booklet_pages.html", context), addresses)


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


def in_communes(addresses):
    """Return addresses that stand by place as [(commune or None, [address, …])]."""
    return [(commune, list(items)) for commune, items in groupby(addresses, key=lambda address: address.commune)]


def stylesheet():
    """Return the style of the booklet: the site's tokens, then its own rules."""
    return "\n".join(path.read_text() for path in STYLES)


# --- Paper ---------------------------------------------------------------------------------------------------------


def print_booklet(draft, now, language):
    """Return a draft as (PDF, number of pages), issued at `now`.

    Nothing is fetched: whatever a text names, only pictures written into the page itself are drawn.
    """
    import segno
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    issued_on = timezone.localdate(now)
    live_list = settings.SITE_URL + reverse("addresses:list")
    context = {
        "language": language,
        "pages": draft.pages,
        "count": len(draft.addresses),
        "has_samples": any(address.is_sample for address in draft.addresses),
        "issued_on": issued_on,
        "check_after": months_later(issued_on, 1),
        "live_list": live_list,
        "live_list_text": live_list.removeprefix(f"{urlsplit(live_list).scheme}://"),
        "qr": segno.make(live_list, error="m", micro=False).svg_data_uri(border=0, omitsize=True),
    }
    fetcher = URLFetcher(allowed_protocols={"data"})
    page = HTML(string=render_to_string("addresses/booklet.html", context), url_fetcher=fetcher)
    style = CSS(string=stylesheet(), url_fetcher=fetcher)
    document = page.render(stylesheets=[style], pdf_variant="pdf/ua-1")
    return document.write_pdf(pdf_variant="pdf/ua-1"), len(document.pages)


@task()
def make_booklet(language):
    """Make the booklet of one language, unless nothing in it has changed."""
    now = timezone.now()
    booklet, _made = Booklet.objects.get_or_create(language=language)
    # Before anything is read: a change made meanwhile makes the booklet wrong at once.
    version = current_version()
    if booklet.is_right(version, now):
        _update(booklet, asked_at=None)
        return
    with override(language):
        draft = draft_booklet()
        if _still_holds(booklet, draft, version, now):
            return
        file, pages = "", 0
        if draft.addresses:
            pdf, pages = print_booklet(draft, now, language)
            name = f"{FOLDER}/{language}-{timezone.localdate(now):%Y%m%d}-{draft.digest[:16]}.pdf"
            file = default_storage.save(name, ContentFile(pdf))
    _replace(
        booklet,
        file=file,
        pages=pages,
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
    until = min(next_change(now), booklet.issued_at + REISSUE)
    _update(booklet, content_version=version, holds_until=until, asked_at=None)
    return True


def _update(booklet, **columns):
    Booklet.objects.filter(pk=booklet.pk).update(**columns)
    for name, value in columns.items():
        setattr(booklet, name, value)


def _replace(booklet, **columns):
    """Put a new file in the place of the old one, which is deleted once that stands."""
    with transaction.atomic():
        old = Booklet.objects.select_for_update().get(pk=booklet.pk).file.name
        _update(booklet, **columns)
        if old and old != columns["file"]:
            transaction.on_commit(lambda: default_storage.delete(old))
