"""Addresses as Open Referral's HSDS 3.0 has them, for machines; docs/open-data.md tells its readers the rules.

One service an address: what an address asks, costs and speaks, and the day it was checked, hold for the whole of it,
and so do they for a service of HSDS, which has one `assured_date`. Its desks are schedules, which have a way to attend,
words, attributes for their public, and times of their own.
"""

import html
import re

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import override

from addresses import gazetteer
from addresses.hsds_hours import schedules
from addresses.hsds_parts import attribute, choice, foreign, known, label, part_id, text_languages, value_attribute
from addresses.models import Access, CheckState, Cost, Known, Papers, Situation
from content.languages import CODES, current_language, language_name

VERSION = "3.0"
BLOCK_ENDS = re.compile(r"</(?:p|li|h[1-6]|blockquote)>|<br ?/?>")


def document(page):
    """Return a page (of a Paginator) of public addresses, `with_relations()`, in the reader's language."""
    services = [service(address) for address in page]
    here = current_language()
    return {
        "version": VERSION,
        "description": _(
            "Useful addresses for people in exile. One document a language, with the same identifiers. A text that we "
            "only have in the other language stands in that one, and an attribute “language” says so."
        ),
        "language": here,
        "other_languages": {code: document_href(code) for code in CODES if code != here},
        "attribution": [{**source, "what": source["what"][here]} for source in gazetteer.ATTRIBUTION],
        "total_items": page.paginator.count,
        "total_pages": page.paginator.num_pages,
        "page_number": page.number,
        "size": len(services),
        "first_page": not page.has_previous(),
        "last_page": not page.has_next(),
        "empty": not services,
        "contents": services,
    }


def document_href(language):
    with override(language):
        return settings.SITE_URL + reverse("addresses:hsds")


def service(address):
    """Return a public address as a full service: everything that belongs to it nested."""
    row, key = address.shown, str(address.key)
    return known(
        id=key,
        name=row.title,
        alternate_name=row.name_explained,
        description=description(row),
        url=iri_to_uri(address.website),
        email=address.email,
        status="defunct" if address.is_closed else "inactive" if address.is_to_come else "active",
        interpretation_services=interpretation(address),
        application_process="; ".join(dict.fromkeys(label(Access(desk.access)) for desk in address.shown_desks)),
        fees_description=" · ".join(part for part in (cost_text(address), row.price_note) if part),
        eligibility_description=eligibility(address),
        assured_date=address.confirmed_at and timezone.localdate(address.confirmed_at).isoformat(),
        alert=" ".join(alerts(address)),
        phones=[phone(address, number) for number in address.phones.all()],
        schedules=[entry for desk in address.shown_desks for entry in schedules(address, desk)],
        service_at_locations=service_at_locations(address),
        languages=languages(address.languages, key),
        organization=organization(address.organisation),
        cost_options=cost_options(address),
        required_documents=required_documents(address),
        attributes=service_attributes(address),
    )


def other_language(words):
    """Return the language of some words, None where it is the document's."""
    return words.lang if words.lang != current_language() else None


def service_attributes(address):
    owner = str(address.key)
    page = settings.SITE_URL + address.get_absolute_url()
    return [
        *(
            attribute(owner, "need", category.key, category.name.text, other_language(category.name))
            for category in address.categories.all()
        ),
        choice(owner, "papers", Papers(address.papers)),
        *(choice(owner, "situation", Situation(value)) for value in address.situations),
        choice(owner, "cost", Cost(address.cost)),
        choice(owner, "check", CheckState(address.check_state)),
        value_attribute(owner, "page", page),
        *([value_attribute(owner, "invented", "true")] if address.is_sample else []),
        *text_languages(owner, address.shown),
    ]


# --- Words -------------------------------------------------------------------------------------------------------


def description(row):
    """Return the summary and the text as plain paragraphs."""
    text = html.unescape(strip_tags(BLOCK_ENDS.sub("\n", row.text_html)))
    lines = [row.summary, *text.splitlines()]
    return "\n".join(line.strip() for line in lines if line.strip())


def interpretation(address):
    if address.interpreter == Known.UNKNOWN:
        return ""
    return f"{address._meta.get_field('interpreter').verbose_name}: {label(Known(address.interpreter))}"


def eligibility(address):
    """Say who can come: the residence situations, our words, the papers that are asked."""
    situations = ", ".join(label(Situation(value)) for value in address.situations)
    papers = label(Papers(address.papers)) if address.papers != Papers.UNKNOWN else ""
    return " · ".join(filter(None, [situations, address.shown.for_whom, papers]))


def cost_text(address):
    return label(Cost(address.cost)) if address.cost != Cost.UNKNOWN else ""


def alerts(address):
    """Return sentences that nobody who goes there may miss."""
    sentences = []
    if address.is_sample:
        sentences += [_("This is an invented example."), _("Nothing of it is real: do not go there, do not call.")]
    if address.is_incomplete:
        sentences.append(_("Address and hours to be completed by CIRÉ") + ".")
    if address.is_to_come:
        sentences.append(_("Not here yet: only from %(date)s.") % {"date": date_format(address.valid_from)})
    if address.check_state == CheckState.DOUBTED:
        sentences.append(_("Reported wrong, being checked."))
    return sentences


# --- Where -------------------------------------------------------------------------------------------------------


def service_at_locations(address):
    """Return the one place where it is; none where no place is known."""
    if not (address.commune or address.has_point):
        return []
    return [{"id": part_id(address.key, "service_at_location"), "location": location(address)}]


def location(address):
    row, owner = address.shown, part_id(address.key, "location")
    return known(
        id=owner,
        location_type="physical",
        name=row.title,
        transportation=row.getting_there,
        latitude=float(address.latitude) if address.has_point else None,
        longitude=float(address.longitude) if address.has_point else None,
        addresses=postal_addresses(address, owner),
        accessibility=accessibility(address, owner),
        attributes=text_languages(owner, row),
    )


def postal_addresses(address, owner):
    """Return the postal address in the language of its street; none where no street is known."""
    row, commune = address.shown, address.commune
    if not (row.street and commune):
        return []
    with override(row.language_code):
        region = gazetteer.region_of(commune.nis)
        # HSDS wants one: Brussels lies in no province.
        province = gazetteer.province_of(commune.nis) or region
    return [
        {
            "id": part_id(owner, "address"),
            "address_1": row.street,
            "city": commune.name_in(row.language_code),
            "region": region,
            "state_province": province,
            "postal_code": address.postcode,
            "country": "BE",
            "address_type": "physical",
        }
    ]


def accessibility(address, owner):
    if address.step_free == Known.UNKNOWN:
        return []
    key = part_id(owner, "accessibility")
    words = f"{address._meta.get_field('step_free').verbose_name}: {label(Known(address.step_free))}"
    return [
        {
            "id": key,
            "description": words,
            "attributes": [choice(key, "step_free", Known(address.step_free))],
        }
    ]


# --- Whom to call, in which language -----------------------------------------------------------------------------


def phone(address, number):
    key = part_id(address.key, "phone", number.digits, number.pk)
    return known(
        id=key,
        number=number.href.removeprefix("tel:"),
        type="voice",
        description=number.label.text,
        languages=languages(number.languages, key),
        attributes=foreign(key, number.label.lang) if number.label.text else [],
    )


def languages(codes, owner):
    return [{"id": part_id(owner, "language", code), "name": language_name(code), "code": code} for code in codes]


def organization(organisation):
    """Return the public organisation behind an address; None where there is none: we invent no other."""
    row = organisation.shown if organisation else None
    if row is None:
        return None
    key = str(organisation.key)
    short = row.acronym or row.short_name
    return {
        # HSDS wants a description, be it empty.
        "description": row.summary,
        **known(
            id=key,
            name=row.title,
            alternate_name=short if short != row.title else "",
            website=iri_to_uri(row.website),
            attributes=text_languages(key, row),
        ),
    }


# --- What it costs, what to bring --------------------------------------------------------------------------------


def cost_options(address):
    """Return a price of 0 where it is free: the only amount that we know."""
    if address.cost != Cost.FREE:
        return []
    key = str(address.key)
    return [
        known(
            id=part_id(key, "cost_option"),
            option=cost_text(address),
            currency="EUR",
            amount=0,
            amount_description=address.shown.price_note,
        )
    ]


def required_documents(address):
    key, row = str(address.key), address.shown
    papers = label(Papers.ASKED) if address.papers == Papers.ASKED else ""
    return [
        {"id": part_id(key, "required_document", name), "document": words}
        for name, words in (("papers", papers), ("bring", row.bring))
        if words
    ]
