"""The form of content in the admin: one language at a time, and nothing lost when two people edit."""

import json

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import BooleanField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from parler.forms import TranslatableModelForm

from content.conflicts import changed_parts, label_of, stored_state, stored_value
from content.languages import language_name
from content.rich_text import EMPTY, as_edited

#: Buttons that do something to the text besides saving it.
PUBLISH, WITHDRAW, MATCHES = "_publish", "_withdraw", "_matches"


class ContentForm(TranslatableModelForm):
    """Edits what is the same in every language and the text of one language."""

    loaded_state = forms.CharField(required=False, widget=forms.HiddenInput)
    overwrite = forms.BooleanField(
        required=False,
        label=gettext_lazy("I have seen these changes: replace them by what I wrote"),
    )
    minor_change = forms.BooleanField(
        required=False,
        label=gettext_lazy("Minor change"),
        help_text=gettext_lazy("A typing error, a link: translations of this text stay up to date."),
    )

    #: Set by the admin: reverse relations that are edited on the same page.
    children = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        #: What somebody else changed meanwhile, for the page: [(label, stored value)].
        self.conflicts = []
        self.initial["loaded_state"] = self._token()
        if self.initial.get("text"):
            self.initial["text"] = as_edited(self.initial["text"], self.language_code)

    @cached_property
    def changed_data(self):
        # What the history says was changed: nothing of how the form works.
        return [name for name in super().changed_data if name not in ("loaded_state", "overwrite")]

    @property
    def is_new_text(self):
        """Whether there is no text in this language yet."""
        row = self.instance.translations.filter(language_code=self.language_code) if self.instance.pk else None
        return row is None or not row.exists()

    @property
    def leaves_text_out(self):
        """Whether the editor filled in nothing of a text that does not exist: then none is made."""
        columns = self._meta.model._parler_meta.root_model._meta
        typed = (
            self.cleaned_data.get(name)
            for name in self._translated_fields
            # A box is ticked or not; nobody has written anything by that.
            if not isinstance(columns.get_field(name), BooleanField)
        )
        # The editor program leaves an empty paragraph where nothing was written.
        typed = [value for value in typed if value and value not in EMPTY]
        return bool(self.instance.pk) and self.is_new_text and not typed

    def _token(self):
        if not self.instance.pk:
            return ""
        return json.dumps(stored_state(self.instance, self.language_code, self.children), separators=(",", ":"))

    def clean(self):
        cleaned = super().clean()
        if self.leaves_text_out:
            for name in self._translated_fields:
                self._errors.pop(name, None)
        if self.instance.pk:
            self._refuse_lost_update()
        if PUBLISH in self.data and "publish_from" in self.fields:
            # What the button will do is what is checked; an end that has passed is no end of what begins now.
            now = timezone.now()
            cleaned["publish_from"] = now
            if cleaned.get("publish_until") and cleaned["publish_until"] <= now:
                cleaned["publish_until"] = None
            self._refuse_empty_text()
        return cleaned

    def _refuse_empty_text(self):
        """Say what is missing of a text that cannot be published yet, in place of Django's “required”."""
        if "title" in self.fields and not self.data.get(self.add_prefix("title"), "").strip():
            self._errors.pop("title", None)
            words = _("Write a title in %(language)s first, then you can publish.")
            self.add_error("title", words % {"language": language_name(self.language_code)})

    def _refuse_lost_update(self):
        # Locked until the end of the request's transaction: nobody saves between this look and our save.
        type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        self._reload_what_is_not_edited()
        stored = stored_state(self.instance, self.language_code, self.children)
        loaded, warned_of = self._sent_state()
        changed = changed_parts(loaded, stored)
        if not changed and (warned_of is None or self.cleaned_data.get("overwrite")):
            return
        model = type(self.instance)
        # Whoever has been warned once must still say yes; the list of changes is kept until then.
        names = list(dict.fromkeys([*(warned_of or []), *changed]))
        self.conflicts = [
            (label_of(model, name), stored_value(self.instance, self.language_code, name)) for name in names
        ]
        self.data = self.data.copy()
        self.data.pop("overwrite", None)  # a yes said before this list was seen
        self.data["loaded_state"] = json.dumps({"seen": stored, "changed": names}, separators=(",", ":"))
        raise ValidationError(self._who_saved_last(), code="changed_meanwhile")

    def _reload_what_is_not_edited(self):
        """Take what this form does not edit as it is stored now: it was read before the lock, and will be written."""
        model = type(self.instance)
        fresh = model._base_manager.filter(pk=self.instance.pk).first()
        cache = self.instance._translations_cache[model._parler_meta.root_model]
        fresh_row = fresh and fresh.translations.filter(language_code=self.language_code).first()
        for kept, stored in ((self.instance, fresh), (cache.get(self.language_code), fresh_row)):
            if kept and stored:
                for field in stored._meta.concrete_fields:
                    if field.name not in self.fields:
                        setattr(kept, field.attname, getattr(stored, field.attname))
        # The texts of other languages are read again when they are needed.
        for language in set(cache) - {self.language_code}:
            del cache[language]
        getattr(self.instance, "_prefetched_objects_cache", {}).pop("translations", None)

    def _sent_state(self):
        """Return (the state the form was loaded with, the names of the parts it has warned of, None if it has not).

        A token that is lost or forged is an empty state: everything counts as changed.
        """
        try:
            sent = json.loads(self.cleaned_data.get("loaded_state") or "{}")
        except (ValueError, RecursionError):
            sent = {}
        if not isinstance(sent, dict):
            return {}, None
        loaded, names = sent.get("seen", sent), sent.get("changed")
        if not isinstance(names, list):
            names = []
        warned_of = [name for name in names if isinstance(name, str)] if "seen" in sent else None
        return (loaded if isinstance(loaded, dict) else {}), warned_of

    def _who_saved_last(self):
        entry = (
            LogEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(self.instance), object_id=str(self.instance.pk)
            )
            .select_related("user")
            .first()
        )
        if entry is None:
            return _("Somebody else saved this page while you were writing. What you typed is still here, below.")
        return _(
            "%(name)s saved this page at %(time)s while you were writing. What you typed is still here, below."
        ) % {
            "name": entry.user.get_full_name() or entry.user.get_username(),
            "time": date_format(timezone.localtime(entry.action_time), "TIME_FORMAT"),
        }

    def _post_clean_translation(self, translation):
        # No text: nothing to check.
        if not self.leaves_text_out:
            super()._post_clean_translation(translation)
