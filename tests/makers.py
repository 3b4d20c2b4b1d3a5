"""Makes what the tests read: plain functions, given only what a test is about."""

import datetime
import io
from itertools import count
from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as StaffGroup
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from addresses.checking import record_check
from addresses.models import Address, Category, Desk, Phone, SpecialDay
from content.fields import Words
from content.kept_pages import note_change
from content.pictures import media_path
from content.saving import save_content
from glossary.models import Term, Word
from groups.models import Group
from networks.models import Network
from orders import handling, stock
from orders.models import Offer, Order, Requester, Status
from orders.placing import place
from organisations.models import Organisation
from pages.models import MenuEntry, Page
from publications.files import follow_edition
from publications.models import Edition, Publication
from themes.models import Theme

DAY = datetime.timedelta(days=1)
_numbers = count(1)


def window(state):
    """Return the two dates that put a text in a state ("draft", "scheduled", "published", "withdrawn") now."""
    now = timezone.now()
    return {
        "draft": {"publish_from": None, "publish_until": None},
        "scheduled": {"publish_from": now + DAY, "publish_until": None},
        "published": {"publish_from": now - DAY, "publish_until": None},
        "withdrawn": {"publish_from": now - 2 * DAY, "publish_until": now - DAY},
    }[str(state)]


def write(obj, language, *, state=None, minor_change=False, **words):
    """Write into one language of an object and save it as staff would; returns the object, read anew."""
    row = next((row for row in obj.translations.all() if row.language_code == language), None)
    obj.set_current_language(language, initialize=row is None)
    for name, value in {**words, **(window(state) if state else {})}.items():
        setattr(obj, name, value)
    save_content(obj, minor_change=minor_change)
    return type(obj).objects.get(pk=obj.pk)


def unsaved(model, *, fr=None, nl=None, state="published", **columns):
    """Return an object with its texts, not saved; `fr` and `nl` are dicts of columns and `state`."""
    if fr is None and nl is None:
        fr, nl = {}, {}
    obj = model(**columns)
    number = next(_numbers)
    for language, words in (("fr", fr), ("nl", nl)):
        if words is None:
            continue
        words = {"title": f"{model.__name__} {number:04}", "state": state, **words}
        obj.set_current_language(language, initialize=True)
        for name, value in {**window(words.pop("state")), **words}.items():
            setattr(obj, name, value)
    return obj


def make(model, **given):
    """Save an object: published in both languages unless `fr`, `nl` or `state` say otherwise; see `unsaved`."""
    obj = unsaved(model, **given)
    save_content(obj)
    return model.objects.get(pk=obj.pk)


def make_theme(**given):
    return make(Theme, **given)


def make_organisation(**given):
    return make(Organisation, **given)


def make_us(**given):
    """Make the organisation whose site this is."""
    words = {"title": "Coordination et Initiatives", "acronym": "CIRÉ", "slug": "cire"}
    return make(Organisation, **{"fr": words, "nl": words, "is_site": True, **given})


def make_network(**given):
    """Make a network; `seats` and `figures` are lists of dicts (see make_seat, make_figure), `themes` of themes."""
    return _make_collective(Network, **given)


def make_group(**given):
    """Make a group; see `make_network`."""
    return _make_collective(Group, **given)


def _make_collective(model, *, seats=(), figures=(), themes=(), **given):
    body = make(model, **given)
    body.themes.set(themes)
    for seat in seats:
        make_seat(body, **seat)
    for figure in figures:
        make_figure(body, **figure)
    return body


def make_seat(body, organisation=None, **columns):
    """Give an organisation (a new one by default) a seat in a network or group."""
    columns["note"] = Words(columns.get("note") or {})
    return body.seats.create(organisation=organisation or make_organisation(), **columns)


def make_figure(body, **columns):
    columns = {"label": {"fr": "membres", "nl": "leden"}, "value": 28, "year": 2024, "source": "Rapport", **columns}
    return body.figures.create(**{**columns, "label": Words(columns["label"])})


def make_publication(*, themes=(), networks=(), groups=(), organisations=(), editions=(), **given):
    """Make a publication; `editions` is a list of dicts (see make_edition)."""
    publication = make(Publication, **given)
    for name, chosen in (
        ("themes", themes),
        ("networks", networks),
        ("groups", groups),
        ("organisations", organisations),
    ):
        getattr(publication, name).set(chosen)
    for edition in editions:
        make_edition(publication, **edition)
    return Publication.objects.get(pk=publication.pk)


def make_edition(publication, languages=("fr",), *, read=None, **columns):
    """Make an edition; `read`: {"pages", "bytes"} of a PDF that is taken to have been checked and read before."""
    columns = {"title": f"Edition {next(_numbers):04}", **columns}
    edition = Edition(publication=publication, languages=list(languages), **columns)
    if read is not None:
        edition.pdf = edition.pdf.storage.save(
            media_path(edition, f"{next(_numbers):016x}.pdf"), ContentFile(b"%PDF-1.7\n")
        )
    edition.save()
    if read is not None:
        found = {"pdf_pages": read.get("pages", 24), "pdf_bytes": read.get("bytes", 1_258_291)}
        Edition.objects.filter(pk=edition.pk).update(pdf_read=edition.pdf.name, **found)
        edition.refresh_from_db()
    follow_edition(edition)
    return Edition.objects.get(pk=edition.pk)


def make_term(*, words=(), themes=(), see_also=(), **given):
    """Make a term of the glossary; `words`: dicts of what stands beside it (French synonyms unless they say so)."""
    given["to_confirm"] = Words(given.get("to_confirm") or {})
    term = make(Term, **given)
    for columns in words:
        word = Word(term=term, **{"language": "fr", **columns})
        word.full_clean()
        word.save()
    term.themes.set(themes)
    term.see_also.set(see_also)
    return Term.objects.get(pk=term.pk)


WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


def every_day(times):
    """Return the week of a desk that has the same hours every day."""
    return dict.fromkeys(WEEKDAYS, times)


def make_address(*, categories=(), phones=(), desks=(), special_days=(), checks=(), **given):
    """Make a useful address in Schaerbeek.

    `categories`: keys; `phones`: numbers; `desks`, `special_days`: lists of dicts (see make_desk, make_special_day);
    `checks`: lists of dicts of record_check.
    """
    address = make(Address, **{"postcode": "1030", "commune_nis": "21015", **given})
    address.categories.set(Category.objects.filter(key__in=categories))
    for number in phones:
        Phone.objects.create(address=address, number=number)
    for columns in desks:
        make_desk(address, **columns)
    for columns in special_days:
        make_special_day(address, **columns)
    for columns in checks:
        record_check(address, **{"how": "call", "result": "right", **columns})
    return Address.objects.get(pk=address.pk)


def make_desk(address, **columns):
    """Give an address a desk, open every day from 9 to 17 unless told otherwise."""
    columns = {"hours_kind": "weekly", "week": every_day("9:00-17:00"), **columns}
    if columns["hours_kind"] != "weekly":
        columns["week"] = {}
    for name in ("label", "note"):
        columns[name] = Words(columns.get(name) or {})
    desk = Desk(address=address, **columns)
    desk.full_clean()
    desk.save()
    save_content(Address.objects.get(pk=address.pk))
    return desk


def make_special_day(address, starts, ends=None, times="", desk=None, **columns):
    """Give an address days with other hours; closed by default. Dates are dates or ISO texts."""
    starts, ends = (datetime.date.fromisoformat(str(day)) for day in (starts, ends or starts))
    special = SpecialDay(address=address, desk=desk, starts=starts, ends=ends, times=times, **columns)
    special.full_clean()
    special.save()
    save_content(Address.objects.get(pk=address.pk))
    return special


def make_offer(edition=None, *, stock_of=100, **columns):
    """Make an edition (of a new brochure by default) orderable, with so many copies that came from the printer."""
    offer = Offer(edition=edition or make_edition(make_publication()), **columns)
    offer.full_clean()
    offer.save()
    if stock_of:
        with transaction.atomic():
            stock.receive(offer.pk, stock_of, by=None)
    return Offer.objects.get(pk=offer.pk)


def make_order(wishes=None, *, status=Status.NEW, requester=None, by=None, created_at=None, **columns):
    """Place an order as a reader does, and bring it to a status as staff do.

    `wishes`: {offer: copies}, by default 5 copies of a new offer; `requester`: columns of whoever orders; partly sent
    is one copy of its first line.
    """
    wishes = wishes or {make_offer(): 5}
    given = {"language": "fr", "requester_kind": "person", "purpose": "reading", "delivery": "post", **columns}
    address = {"street": "rue de l’Exemple 1", "postcode": "1030", "locality": "Schaerbeek"}
    person = {"name": "Dominique Exemple", "email": "dominique@example.org", **address, **(requester or {})}
    with transaction.atomic():
        order = place(Order(**given), Requester(**person), {offer.pk: copies for offer, copies in wishes.items()})
    _bring_to(order, status, by)
    if created_at:
        Order.objects.filter(pk=order.pk).update(created_at=created_at)
    return Order.objects.get(pk=order.pk)


def _bring_to(order, status, by):
    lines = list(order.lines.all())
    if status == Status.CONFIRMED:
        handling.confirm(order, by=by)
    elif status == Status.PREPARING:
        handling.prepare(order, by=by)
    elif status == Status.PARTLY_SENT:
        handling.send(order, {lines[0].pk: 1}, by=by)
    elif status == Status.SENT:
        handling.send(order, {line.pk: line.copies for line in lines}, by=by)
    elif status == Status.CANCELLED:
        handling.cancel(order, by=by)


def make_page(**given):
    return make(Page, **given)


def make_entry(place="menu", *, label=None, note=None, **columns):
    """Put an entry last into the menu, the footer or among the most asked for; it leads to a section by default."""
    if not {"section", "page", "address"} & set(columns):
        columns["section"] = "themes:list"
    columns = {"position": 900 + next(_numbers), **columns}
    entry = MenuEntry(place=place, label=Words(label or {}), note=Words(note or {}), **columns)
    entry.full_clean()
    entry.save()
    note_change()
    return entry


def make_picture(width=60, height=40, *, format="PNG", mode="RGB", color="navy", name=None, **options):
    """Return an uploaded picture."""
    buffer = io.BytesIO()
    Image.new(mode, (width, height), color).save(buffer, format=format, **options)
    return SimpleUploadedFile(name or f"picture.{format.lower()}", buffer.getvalue())


def make_staff(*groups, **columns):
    """Make a member of staff in groups of staff ("Editors", …)."""
    user = get_user_model().objects.create_user(username=f"staff{next(_numbers)}", is_staff=True, **columns)
    user.groups.set([StaffGroup.objects.get(name=name) for name in groups])
    return user


def make_house():
    """Make one of everything that has a page, public in both languages, and return it by name."""
    theme = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    us = make_us(logo=make_picture(400, 200))
    partner = make_organisation(fr={"title": "Ligue des droits humains"}, nl={"title": "Liga voor mensenrechten"})
    seats = [
        {"organisation": us, "role": "founder", "since": "2010", "note": {"fr": "Une note", "nl": "Een nota"}},
        {"organisation": partner, "role": "member", "since": "1999", "until": "2004", "mandated_by": us},
    ]
    network = make_network(
        fr={"title": "Réseau du toit", "summary": "Un toit pour chaque famille.", "text": "<p>Un toit.</p>"},
        nl={"title": "Daknetwerk", "summary": "Een dak voor elk gezin.", "text": "<p>Een dak.</p>"},
        themes=[theme],
        seats=seats,
        figures=[{}],
        founded="2010",
        logo=make_picture(400, 200, color="teal"),
    )
    group = make_group(
        fr={"title": "Groupe des visiteurs"},
        nl={"title": "Bezoekersgroep"},
        themes=[theme],
        seats=[{"organisation": us, "role": "coordinator", "since": "1989", "mandated_by": partner}],
    )
    guide = make_publication(
        kind="guide",
        fr={"title": "Guide du toit", "summary": "Trouver un toit.", "text": "<p>Un toit.</p>"},
        nl={"title": "Dakgids", "summary": "Een dak vinden.", "text": "<p>Een dak.</p>"},
        published_on="2024-05",
        law_as_of="2024",
        themes=[theme],
        networks=[network],
        groups=[group],
        organisations=[partner],
        editions=[
            {"languages": ["fr"], "title": "Guide du toit", "read": {}, "cover": make_picture(60, 80)},
            {"languages": ["ar"], "title": "دليل السكن"},
        ],
    )
    older = make_publication(
        kind="guide",
        fr={"title": "Guide du toit, 2019"},
        nl={"title": "Dakgids, 2019"},
        published_on="2019",
        superseded_by=guide,
        themes=[theme],
    )
    recommendation = make_publication(
        kind="recommendation",
        fr={"title": "Un toit abordable"},
        nl={"title": "Een betaalbaar dak"},
        level="region",
        outcome="taken_up",
        outcome_on="2025-03",
    )
    campaign = make_publication(
        kind="campaign",
        fr={"title": "Un toit, un droit", "action_label": "Signer", "action_url": "https://example.org/"},
        nl={"title": "Een dak, een recht", "action_label": "Tekenen", "action_url": "https://example.org/"},
        campaign_from="2020",
        themes=[theme],
    )
    desk = make_address(
        fr={"title": "Permanence du toit", "street": "rue de l’Exemple 1", "for_whom": "Toute personne sans toit."},
        nl={"title": "Spreekuur onder dak", "street": "Voorbeeldstraat 1", "for_whom": "Wie geen dak heeft."},
        categories=["legal", "housing"],
        organisation=partner,
        is_sample=True,
        papers="not_asked",
        cost="free",
        languages=["fr", "ar"],
        phones=["02 000 00 00"],
        desks=[
            {"label": {"fr": "Accueil", "nl": "Onthaal"}, "week": {"mo": "9:00-12:00, 13:30-17:00"}},
            {"audience": "women", "hours_kind": "appointment"},
        ],
        special_days=[{"starts": timezone.localdate() + DAY}],
        checks=[{}],
    )
    moved = make_address(
        fr={"title": "Permanence du toit, ancienne adresse"},
        nl={"title": "Spreekuur onder dak, oud adres"},
        valid_until=timezone.localdate() - DAY,
        moved_to=desk,
    )
    page = make_page(
        fr={"title": "Qui sommes-nous", "summary": "Une équipe.", "text": "<h2>L’équipe</h2><p>Un toit.</p>"},
        nl={"title": "Wie zijn we", "summary": "Een team.", "text": "<h2>Het team</h2><p>Een dak.</p>"},
        shows_contact=True,
    )
    return SimpleNamespace(
        theme=theme,
        us=us,
        partner=partner,
        network=network,
        group=group,
        guide=guide,
        older=older,
        recommendation=recommendation,
        campaign=campaign,
        desk=desk,
        moved=moved,
        page=page,
    )
