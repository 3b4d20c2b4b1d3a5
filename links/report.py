"""The link report: which links of our texts lead nowhere, exactly for our own pages, by the last try for others."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from links import answers
from links.addresses import own_path
from links.models import ExternalAddress, Link, LinkKind
from links.objects import begun_owners, linked_models, match_of, place_at, public_objects
from links.targets import read, staff_address

#: How many links a part of the report names.
MOST = 200
#: How often an address elsewhere must fail before it is told: servers rest too.
FAILURES_TOLD = 2

State = ExternalAddress.State
#: What went wrong, by the words of links/checking.py; anything else is an HTTP status.
PROBLEMS = {
    "broken": gettext_lazy("the server broke off"),
    "certificate": gettext_lazy("its certificate is not valid"),
    "circle": gettext_lazy("it leads in a circle"),
    "host": gettext_lazy("there is no such server"),
    "port": gettext_lazy("it is on an unusual port"),
    "private": gettext_lazy("it is not on the public network"),
    "refused": gettext_lazy("the server takes no connections"),
    "timeout": gettext_lazy("the server did not answer in time"),
    "404": gettext_lazy("the page does not exist"),
    "410": gettext_lazy("the page is gone"),
}


@dataclass
class Finding:
    """A link that leads nowhere, or elsewhere than it says: what is wrong with it, and the texts that it stands in."""

    href: str
    problem: str
    places: list
    moved_to: str = ""


# --- Our own pages -----------------------------------------------------------------------------------------------


def broken(links):
    """Return Findings on those of some links that lead nowhere on this site."""
    return [*broken_references(links), *broken_internal(links)]


def broken_references(links):
    """Return Findings on references to what readers cannot see."""
    return find(links.filter(kind=LinkKind.REFERENCE, address=""), finding_on_reference)


def broken_internal(links):
    """Return Findings on addresses of this site that are no references."""
    return find(links.filter(kind=LinkKind.INTERNAL), finding_on_address)


def find(links, finding_on):
    """Return what `finding_on` finds about the addresses of links, each with its links; as much as a part names."""
    by_href = groupby(links.order_by("href", "pk").iterator(), key=attrgetter("href"))
    found = (finding_on(href, list(same)) for href, same in by_href)
    return list(islice(filter(None, found), MOST))


def finding_on_reference(href, links):
    """Return the Finding on a reference to what readers cannot see."""
    shown = staff_address(href, links[0].language)
    gone = shown == href or read(href) is None
    problem = _("The page was deleted.") if gone else _("The page is not public. Readers see the words only.")
    return Finding("" if gone else shown, problem, links)


def finding_on_address(href, links):
    """Return the Finding on an address of this site, None where readers find a page or are led to one."""
    problem = problem_of(href)
    return Finding(href, problem, links) if problem else None


def problem_of(href):
    """Return what is wrong with an address of this site, "" where readers find a page or are led to one."""
    own = own_path(href)
    if own is None:
        return _("This is no address.")
    path, query, _fragment = own
    if is_there(path):
        return ""
    answer = answers.find(path, query)
    return "" if answer and answer.location else _("There is no page at this address.")


def is_there(path):
    """Whether there is something for readers at a path of this site, as far as can be told without making the page.

    Of lists and sections it is enough that they have this address: forms ask this about each of their links.
    """
    if path.startswith(settings.STATIC_URL):
        return is_file(path.removeprefix(settings.STATIC_URL))
    if place := place_at(path):
        return bool(public_objects(place.model, begun_owners(place)))
    match = match_of(path) or match_of(f"{path}/")
    if match and path.startswith(settings.MEDIA_URL):
        return is_public_file(**match.kwargs)
    return match is not None


def is_file(name):
    """Whether the site brings a file of this name: a picture of its own, a style sheet."""
    try:
        return bool(finders.find(name)) or staticfiles_storage.exists(name)
    except (SuspiciousFileOperation, ValueError):  # a name that no file can have
        return False


def is_public_file(app_label, model_name, key, name):
    """Whether readers may have a file of an object, and it is there."""
    model = next((model for model in linked_models() if model._meta.label_lower == f"{app_label}.{model_name}"), None)
    if model is None or not model.objects.public_unordered().filter(key=key).exists():
        return False
    try:
        return default_storage.exists(f"{app_label}/{model_name}/{key}/{name}")
    except (SuspiciousFileOperation, ValueError):  # a name that no file can have
        return False


# --- Other sites -------------------------------------------------------------------------------------------------


def external(state, **conditions):
    """Return Findings on addresses elsewhere in a state, the ones out of reach for longest first."""
    links = Link.objects.filter(kind=LinkKind.EXTERNAL)
    found = ExternalAddress.objects.filter(state=state, href__in=links.values("href"), **conditions)
    addresses = {one.href: one for one in found.order_by("reached_at", "host")[:MOST]}
    places = defaultdict(list)
    for link in links.filter(href__in=list(addresses)):
        places[link.href].append(link)
    return [Finding(href, words_about(one), places[href], one.moved_to) for href, one in addresses.items()]


def words_about(one):
    """Say how an address elsewhere answered, with the day: "could not be reached on 23 November 2026 (…)"."""
    day = date_format(timezone.localtime(one.tried_at), "DATE_FORMAT")
    if one.state == State.MOVED:
        return _("Moved for good, seen on %(day)s.") % {"day": day}
    if one.state == State.REFUSED:
        return _("Answers people only (%(answer)s), tried on %(day)s.") % {"answer": one.answer, "day": day}
    reason = PROBLEMS.get(one.answer) or _("the server answered %(status)s") % {"status": one.answer}
    words = _("Could not be reached on %(day)s: %(reason)s.") % {"day": day, "reason": reason}
    if one.reached_at:
        reached = date_format(timezone.localtime(one.reached_at), "DATE_FORMAT")
        words += " " + _("Last reached on %(day)s.") % {"day": reached}
    return words


def counts():
    """Return how many links there are of each kind, and how many addresses elsewhere in each state."""
    kinds = {kind: Link.objects.filter(kind=kind).count() for kind in LinkKind}
    states = {state: ExternalAddress.objects.filter(state=state).count() for state in State}
    once = ExternalAddress.objects.filter(state=State.FAILED, failures__lt=FAILURES_TOLD).count()
    return {"kinds": kinds, "states": states, "tried_again": once}


# --- Where links stand -------------------------------------------------------------------------------------------


def name_places(findings):
    """Put into findings, in place of their links, the texts that they stand in: [{text, language, href}]."""
    keys = defaultdict(set)
    for link in (link for finding in findings for link in finding.places):
        keys[link.content_type_id].add(link.object_id)
    names = {}
    for number, wanted in keys.items():
        model = ContentType.objects.get_for_id(number).model_class()
        objects = model.objects.filter(pk__in=wanted).prefetch_related("translations")
        names |= {(number, obj.pk): (str(obj), change_address(obj)) for obj in objects}
    for finding in findings:
        finding.places = [
            {"text": names[place][0], "href": names[place][1], "language": link.language}
            for link in finding.places
            if (place := (link.content_type_id, link.object_id)) in names
        ]
    return [finding for finding in findings if finding.places]


def change_address(obj):
    """Return where staff change an object, "" where the admin does not know its kind."""
    try:
        return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
    except NoReverseMatch:
        return ""


def make_report():
    """Return the parts of the report as [{title, findings, most}]; `most`: after how many it ended, where it did."""
    parts = [
        (_("Links to pages of this site that readers cannot see"), broken_references(Link.objects.all())),
        (_("Addresses of this site at which there is no page"), broken_internal(Link.objects.all())),
        (_("Other sites that could not be reached"), external(State.FAILED, failures__gte=FAILURES_TOLD)),
        (_("Other sites that have moved"), external(State.MOVED)),
        (_("Other sites that answer people only: look yourself"), external(State.REFUSED)),
    ]
    return [
        {"title": title, "findings": name_places(findings), "most": MOST if len(findings) == MOST else None}
        for title, findings in parts
    ]
