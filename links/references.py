"""Links between our texts are kept as references to an object, and so survive whatever its address becomes.

A text has three forms (settings.LINKS_…): stored, with references; shown, with the addresses of now, and only the words
of a link to what is not public; edited, with addresses that staff can read. What each text links to is written down
as it is saved: when the address of an object changes, or its publication begins or ends, those texts are saved anew.
"""

import html as entities
import logging
import re
from collections import defaultdict
from functools import partial

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from links.addresses import own_path
from links.checking import note_external
from links.models import Link, LinkKind
from links.objects import linked_models, passed_since, public_objects, rows_of
from links.targets import read, reference_for, staff_address

logger = logging.getLogger(__name__)

#: A link as the cleaner of texts writes it: attributes in double quotes, none inside another link.
LINK = re.compile(r'<a((?:\s+[a-z-]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
HREF = re.compile(r'(\shref=")([^"]*)(")')
#: Longer ones are cut in the list of links; the text keeps them whole.
LONGEST_HREF = 2000


# --- The three forms of a text -------------------------------------------------------------------------------------


def stored(html, language):
    """Return a text with references in place of the addresses of our own objects, in whatever language they are."""
    return change_hrefs(html, lambda href: reference_for(href) or href)


def shown(html, language):
    """Return a text as readers of its language get it: references as addresses, no link where nothing is public."""
    if 'href="ref:' not in html:
        return html
    addresses = addresses_of(set(hrefs(html)), language)

    def put(match):
        href = href_in(match[1])
        if not href.startswith("ref:"):
            return match[0]
        address = addresses.get(href)
        return f"<a{with_href(match[1], address)}>{match[2]}</a>" if address else match[2]

    return LINK.sub(put, html)


def edited(html, language):
    """Return a text as staff edit it: each reference an address that they can read and follow."""
    return change_hrefs(html, lambda href: staff_address(href, language) if href.startswith("ref:") else href)


def hrefs(html):
    """Return the addresses of the links of a text, in their order."""
    return [href_in(match[1]) for match in LINK.finditer(html) if HREF.search(match[1])]


def href_in(attributes):
    """Return the address among the attributes of a link, "" where there is none."""
    match = HREF.search(attributes)
    return entities.unescape(match[2]) if match else ""


def with_href(attributes, address):
    """Return the attributes of a link with another address."""
    return HREF.sub(lambda match: f"{match[1]}{entities.escape(address)}{match[3]}", attributes)


def change_hrefs(html, change):
    """Return a text with the address of each link as `change` returns it."""

    def put(match):
        href = href_in(match[1])
        changed = change(href) if href else href
        return match[0] if changed == href else f"<a{with_href(match[1], changed)}>{match[2]}</a>"

    return LINK.sub(put, html)


def addresses_of(references, language):
    """Return {reference: the address that readers of a language get} of those that lead to something public."""
    wanted = defaultdict(dict)
    for reference in references:
        if found := read(reference):
            model, key, rest = found
            wanted[model][reference] = (key, rest)
    addresses = {}
    for model, keys in wanted.items():
        found = model.objects.filter(key__in={key for key, _rest in keys.values()})
        public = {obj.key: obj for obj in public_objects(model, found.values("pk")).values()}
        for reference, (key, rest) in keys.items():
            if key in public:
                addresses[reference] = public[key].get_absolute_url(language) + rest
    return addresses


# --- What links to what --------------------------------------------------------------------------------------------


def note_links(obj):
    """Write down the links of an object, and have those texts follow that link to it. A step of CONTENT_STEPS."""
    source = {"content_type": ContentType.objects.get_for_model(obj), "object_id": obj.pk}
    links = [Link(**source, href=href) for href in fields_with_links(obj) if leads_somewhere(href)]
    shown_in = {}
    for row in rows_of(type(obj)).filter(master=obj.pk).order_by("language_code"):
        found = [*hrefs(row.text), *fields_with_links(row)]
        found = filter(leads_somewhere, dict.fromkeys(found))
        links += [Link(**source, language=row.language_code, href=href) for href in found]
        shown_in[row.language_code] = set(hrefs(row.text_html))
    describe(links)
    for link in links:
        # A text is rendered before it is written: one that links to itself shows the address that it had until now.
        # That is noticed below, and put right by saving it once more.
        if link.address not in shown_in.get(link.language, ()):
            link.address = ""
    Link.objects.filter(**source).delete()
    Link.objects.bulk_create(links)
    note_external(link.href for link in links if link.kind == LinkKind.EXTERNAL)
    follow_target(obj)


def fields_with_links(row):
    """Return the addresses in the columns of a row that hold one."""
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.URLField)]
    return [getattr(row, field.attname) for field in fields if getattr(row, field.attname)]


def leads_somewhere(href):
    """Whether a link leads to a page: not to a mailbox, a telephone or a place on the same page."""
    return bool(href) and not href.startswith(("mailto:", "tel:", "#"))


def describe(links):
    """Write into links where they lead to."""
    by_language = defaultdict(set)
    for link in links:
        by_language[link.language].add(link.href)
    addresses = {code: addresses_of(found, code) for code, found in by_language.items()}
    for link in links:
        found = read(link.href)
        if found:
            link.kind, link.target_key = LinkKind.REFERENCE, found[1]
            link.target_type = ContentType.objects.get_for_model(found[0])
            link.address = addresses[link.language].get(link.href, "")
        elif link.href.startswith(("http://", "https://")) and own_path(link.href) is None:
            link.kind = LinkKind.EXTERNAL
        else:
            link.kind = LinkKind.INTERNAL
        link.href, link.address = link.href[:LONGEST_HREF], link.address[:LONGEST_HREF]


def forget_links(obj):
    """Forget the links of an object that goes, and take those away that lead to it. A step of CONTENT_GONE_STEPS."""
    Link.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk).delete()
    rewrite_later(Link.objects.filter(target_key=obj.key).exclude(address=""))


# --- Following what changes ----------------------------------------------------------------------------------------


def follow_target(obj):
    """Have the texts saved anew that link to an object and show another address than it has now."""
    rewrite_later(stale(Link.objects.filter(target_key=obj.key)))


def stale(links):
    """Return those references of which readers are shown another address than they lead to now."""
    # One that was cut says less than the text.
    links = [link for link in links if len(link.href) < LONGEST_HREF]
    now = [Link(href=link.href, language=link.language) for link in links]
    describe(now)
    return [link for link, fresh in zip(links, now, strict=True) if link.address != fresh.address]


def unsettled():
    """Return the links in texts that are no references though there is an object by now at their address."""
    links = list(Link.objects.filter(kind=LinkKind.INTERNAL))
    references = {href: reference_for(href) for href in {link.href for link in links}}
    return [link for link in links if references[link.href] and stands_in_text(link)]


def stands_in_text(link):
    """Whether a link stands in a text, not in a field that holds an address: that stays as it was written."""
    model = ContentType.objects.get_for_id(link.content_type_id).model_class()
    row = rows_of(model).filter(master=link.object_id, language_code=link.language).first()
    return row is not None and link.href in hrefs(row.text)


def sources_of(links):
    """Return [[key of the content type, primary key]] of the objects that links stand in."""
    return [list(source) for source in sorted({(link.content_type_id, link.object_id) for link in links})]


def rewrite_later(links):
    """Have the worker save the objects anew that these links stand in, once the transaction stands."""
    if sources := sources_of(links):
        transaction.on_commit(partial(rewrite.enqueue, sources))


@task()
def rewrite(sources):
    """Save objects anew, so that their links lead where they lead now."""
    save_anew(sources)


def save_anew(sources):
    """Save objects anew, given as `sources_of` does; each by itself, as others may be writing.

    One that cannot be saved keeps no other from it; it is raised at the end.
    """
    errors = []
    for content_type, object_id in sources:
        try:
            save_one_anew(content_type, object_id)
        except Exception as error:
            # Not its words: they may hold what somebody wrote.
            logger.warning("Object %s/%s could not be saved anew: %s", content_type, object_id, type(error).__name__)
            errors.append(error)
    if errors:
        raise ExceptionGroup("Objects that could not be saved anew", errors)


def save_one_anew(content_type, object_id):
    """Save one object anew, if it is still there."""
    model = ContentType.objects.get_for_id(content_type).model_class()
    with transaction.atomic():
        # Locked: nobody saves the object between our reading and our writing.
        obj = model.objects.select_for_update().filter(pk=object_id).first()
        if obj is not None:
            import_string(settings.SAVE_CONTENT)(obj, minor_change=True)


def follow_clock(now, since):
    """Have texts follow what became public, or hidden, by itself. A step of settings.DUE_STEPS.

    Once a day all are looked at: two saves at the same moment may have passed each other, and a page may have been made
    after a text that links to its address.
    """
    references, late = Link.objects.filter(kind=LinkKind.REFERENCE), []
    if since and timezone.localdate(since) == timezone.localdate(now):
        keys = set()
        for model in linked_models():
            if passed := passed_since(model, since, now):
                keys.update(model.objects.filter(pk__in=passed).values_list("key", flat=True))
        references = references.filter(target_key__in=keys) if keys else references.none()
    else:
        late = unsettled()
    with transaction.atomic():
        rewrite_later([*stale(references), *late])
