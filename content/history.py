"""The history of content: every save keeps a version of all languages, and any version can be brought back."""

import reversion
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from reversion.errors import RevertError
from reversion.models import Version

from content.saving import save_content, validate_content

PUBLICATION_COLUMNS = ("publish_from", "publish_until")


#: {model: columns that a restore leaves as they are now}
_kept_columns = {}


def register(model, children=(), keep=()):
    """Keep versions of a content model, of its translations and of the rows that belong to it.

    `children`: names of the reverse relations that are part of the object ("seats", "figures").
    `keep`: columns that nobody edits and that a restore must leave as they are.
    """
    _kept_columns[model] = keep
    for name in ("translations", *children):
        related = model._meta.get_field(name).related_model
        if not reversion.is_registered(related):
            # What a save derives anyway is not kept in every version.
            reversion.register(related, exclude=getattr(related, "derived_columns", ()))
    if not reversion.is_registered(model):
        reversion.register(model, follow=("translations", *children))


def versions_of(obj):
    """Return the versions of an object, newest first, with revision and user."""
    return Version.objects.get_for_object(obj).select_related("revision__user").order_by("-pk")


def deleted_versions(model):
    """Return the last version of each object of this kind that was deleted, newest first."""
    return Version.objects.get_deleted(model).select_related("revision__user").order_by("-pk")


def texts_in(version):
    """Return {language: {column: value}} of the texts that a version holds."""
    translation_model = version._model._parler_meta.root_model
    rows = (other.field_dict for other in version.revision.version_set.all() if other._model is translation_model)
    return {row["language_code"]: row for row in rows if str(row["master_id"]) == version.object_id}


def restore(version):
    """Bring an object back as it was in `version`, in all its languages, and save it; returns the object.

    Publication stays as it is: what is public now stays public with the old words (a text that the version did not
    have yet stays as it is), what is not stays hidden, and what had been deleted comes back as drafts. Restoring
    must not publish, nor break a public address. ValidationError with the reason where something that the version
    needs no longer exists.
    """
    model = version._model
    translation_model = model._parler_meta.root_model
    kept = {row.language_code: row for row in translation_model.objects.filter(master_id=version.object_id)}
    columns = model.objects.filter(pk=version.object_id).values(*_kept_columns[model], "pk").first() or {}
    try:
        with transaction.atomic():
            version.revision.revert(delete=True)
            # Foreign keys are checked at commit; here the reason can still be told.
            connection.check_constraints()
            obj = model.objects.get(pk=version.object_id)
            for row in obj.translations.all():
                now = kept.pop(row.language_code, None)
                for column in PUBLICATION_COLUMNS:
                    setattr(row, column, getattr(now, column, None))
                row.save()
            for row in kept.values():
                row.pk, row._state.adding = None, True
                row.save(force_insert=True)
            obj = model.objects.get(pk=version.object_id)
            for column, value in columns.items():
                setattr(obj, column, value)
            # What no database can hold, and what may have become wrong since: a circle of successors.
            obj.clean()
            validate_content(obj)
            # The revert wrote raw rows: cleaning and everything derived is made anew here.
            save_content(obj)
    except models.ProtectedError as error:
        names = ", ".join(sorted({str(dependent) for dependent in error.protected_objects}))
        raise ValidationError(
            _("This version cannot be brought back: it lacks something that is needed by now (%(names)s).")
            % {"names": names}
        ) from error
    except (RevertError, IntegrityError) as error:
        raise ValidationError(
            _("This version cannot be brought back: something that it needs has been deleted or its address is taken.")
        ) from error
    return obj
