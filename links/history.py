"""The slugs that objects had, and the objects that are gone: written down whenever content is saved or deleted."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils import timezone

from links.models import Departure, KnownSlug
from links.objects import begun_owners, owners, public_objects, rows_of


def note_slugs(obj):
    """Write down the slugs under which readers could find an object. A step of settings.CONTENT_STEPS.

    That of a draft is not for them: where it led they would learn that there is one.
    Before the object is written, for what it was (content that is older than this list), and after, for what it is: a
    version that is brought back is written before any step sees it.
    """
    if obj.pk is None:
        return
    owner = {"content_type": ContentType.objects.get_for_model(obj), "object_id": obj.pk}
    now = timezone.now()
    rows = rows_of(type(obj)).filter(master=obj.pk, publish_from__lte=now)
    KnownSlug.objects.bulk_create(
        [
            KnownSlug(**owner, language=language, slug=slug, noted_at=now)
            for language, slug in sorted(rows.values_list("language_code", "slug"))
        ],
        update_conflicts=True,
        unique_fields=["content_type", "object_id", "language", "slug"],
        update_fields=["noted_at"],
    )
    # It is there again, if it was deleted.
    Departure.objects.filter(**owner).delete()


def note_departure(obj):
    """Write down that an object goes whose address readers may have. A step of settings.CONTENT_GONE_STEPS."""
    note_slugs(obj)
    rows = rows_of(type(obj)).filter(master=obj.pk)
    if rows.filter(publish_from__lte=timezone.now()).exists():
        Departure.objects.create(
            content_type=ContentType.objects.get_for_model(obj),
            object_id=obj.pk,
            key=obj.key,
            title=str(obj)[:250],
            left_at=timezone.now(),
        )


def known_by(place):
    """Return the primary keys of the objects that have or had the slug of a place, the last one first."""
    content_type = ContentType.objects.get_for_model(place.model)
    slugs = KnownSlug.objects.filter(content_type=content_type, slug=place.slug)
    ordered = slugs.order_by(F("noted_at").desc(), "-pk").values_list("object_id", flat=True)
    return list(dict.fromkeys(ordered))


def successor_of(place):
    """Return (object, None) that an old slug leads to now, (None, Departure) where it is gone, (None, None) else.

    What exists and is not public is passed over: for readers it is not there. So is the slug of a draft, even of what
    is public in the other language: the list may hold it from an earlier publication.
    """
    known = known_by(place)
    if not known:
        return None, None
    hidden = set(owners(place)) - set(begun_owners(place))
    keys = [key for key in known if key not in hidden]
    public = public_objects(place.model, keys)
    content_type = ContentType.objects.get_for_model(place.model)
    gone = {one.object_id: one for one in Departure.objects.filter(content_type=content_type, object_id__in=keys)}
    return next(((public.get(key), gone.get(key)) for key in keys if key in public or key in gone), (None, None))
