"""What staff are told about the links of a text below its form: which lead nowhere, and which texts lead to it."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from links.models import Link, LinkKind
from links.report import Finding, broken, name_places

#: How many texts that lead here are named.
MOST = 20


@dataclass(frozen=True)
class Line:
    """One line of an Advice, as templates/content/admin/advice.html shows it."""

    words: str = ""
    lang: str = ""
    note: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class Advice:
    """What is said about a text under one title; `is_open`: shown unfolded, as something may have to be done."""

    title: str
    lines: list
    is_open: bool


def advice_on(obj, language):
    """Return a list of Advice on the links of an object. An entry of settings.ADMIN_ADVICE."""
    own = Link.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)
    found = broken(own.filter(language__in=["", language]))
    lines = [Line(finding.href, note=finding.problem, is_marked=True) for finding in found]
    nowhere = Advice(_("Links of this text that lead nowhere"), lines, is_open=True)
    links = Link.objects.filter(kind=LinkKind.REFERENCE, target_key=obj.key).order_by("content_type", "object_id")
    places = name_places([Finding("", "", list(links[:MOST]))])
    lines = [Line(place["text"]) for finding in places for place in finding.places]
    here = Advice(_("Texts that link to this page"), lines, is_open=False)
    return [advice for advice in (nowhere, here) if advice.lines]
