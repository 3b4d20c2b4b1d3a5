"""Organisations, networks and groups as schema.org says them (https://schema.org/Organization)."""

from django.conf import settings

from content.languages import current_language


def organisation(body):
    """Return an Organization node for something that has a page: what the page says, nothing more."""
    row = body.shown
    node = {
        "@type": "Organization",
        "@id": settings.SITE_URL + body.get_absolute_url(row.language_code),
        "name": row.title,
        "alternateName": [name for name in (row.acronym, row.short_name) if name and name != row.title],
        "url": row.website,
        "description": row.summary,
        "foundingDate": str(body.founded),
        "dissolutionDate": str(body.ended),
    }
    return {key: value for key, value in node.items() if value}


def role(seat, property_name, node):
    """Return an OrganizationRole around `node`, as schema.org wraps a property that has dates.

    See https://schema.org/OrganizationRole. A start that is only "or before" is not stated as a start.
    """
    wrapped = {
        "@type": "OrganizationRole",
        "roleName": seat.role_text,
        "startDate": "" if seat.since_or_before else str(seat.since),
        "endDate": str(seat.until),
        "inLanguage": current_language(),
        property_name: node,
    }
    return {key: value for key, value in wrapped.items() if value}


def memberships(pairs):
    """Return `memberOf` for (body, seat) pairs: the bodies plainly, then as roles with their dates.

    Only seats that are held and sure: data cannot say "to be confirmed".
    """
    sure = [(body, seat) for body, seat in pairs if seat.is_current and not seat.to_be_confirmed]
    nodes = [organisation(body) for body, _seat in sure]
    # By address: a network and a group may have the same number.
    plain = list({node["@id"]: node for node in nodes}.values())
    return plain + [
        role(seat, "memberOf", {"@id": node["@id"]}) for node, (_body, seat) in zip(nodes, sure, strict=True)
    ]
