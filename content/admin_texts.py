"""The texts of an object in the admin: a tab for each language, and buttons that say what will happen to the text."""

import datetime

from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from content.admin_forms import MATCHES, PUBLISH, WITHDRAW
from content.languages import CODES, language_name
from content.publication import State
from content.saving import loaded_translations, match_source


class TextsMixin:
    """The part of ContentAdmin that is about the texts in each language."""

    def texts_context(self, request, obj, language):
        """Return what the form's template shows of the texts; `language`: that of the text on the form."""
        rows = {row.language_code: row for row in obj.translations.all()} if obj else {}
        row = rows.get(language)
        state = row.state if row else State.DRAFT
        name = language_name(language)
        return {
            "text_tabs": self._text_tabs(request, rows, language),
            "text_language": language,
            "text_state": row.state_text if row else "",
            "text_buttons": self._text_buttons(request, row, state, name, rows),
            "save_label": self._save_label(state, name),
            "preview_url": self.admin_url("preview", obj.pk, language) if row else "",
            "public_url": obj.get_absolute_url(language) if row and state == State.PUBLISHED else "",
            "other_texts": [other for code, other in rows.items() if code != language],
            "older_source": self._older_source(row, rows),
            "can_delete_text": self._can_delete_text(request, rows, language),
        }

    def _text_tabs(self, request, rows, current):
        query = request.GET.copy()
        tabs = []
        for code in CODES:
            if not rows and not self.may_write(request, code):
                continue  # a new object starts with a text
            query["language"] = code
            row = rows.get(code)
            tabs.append(
                {
                    "href": f"?{query.urlencode()}",
                    "name": capfirst(language_name(code)),
                    "current": code == current,
                    "state": row.state if row else "missing",
                    "state_text": row.state_text if row else _("no text"),
                    "older": bool(self._older_source(row, rows)),
                }
            )
        return tabs

    @staticmethod
    def _older_source(row, rows):
        source = row.source_among(rows.values()) if row else None
        return source if row and row.is_older_than(source) else None

    def _save_label(self, state, name):
        return {
            State.PUBLISHED: _("Save: readers see the change at once"),
            State.DRAFT: _("Save the draft in %(language)s"),
        }.get(state, _("Save")) % {"language": name}

    def _text_buttons(self, request, row, state, name, rows):
        """The buttons beside "Save", each saying what will happen: [(name, label)]."""
        language = row.language_code if row else self.get_form_language(request)
        buttons = []
        if self.may_publish(request, language):
            if state != State.PUBLISHED:
                buttons.append((PUBLISH, _("Publish the text in %(language)s now") % {"language": name}))
            if state == State.PUBLISHED:
                buttons.append((WITHDRAW, _("Withdraw the text in %(language)s now") % {"language": name}))
            if state == State.SCHEDULED:
                buttons.append((WITHDRAW, _("Do not publish the text in %(language)s after all") % {"language": name}))
        if self.may_write(request, language):
            buttons += [
                (
                    f"{MATCHES}:{other}",
                    _("Save: the text in %(language)s now matches the one in %(source)s")
                    % {"language": name, "source": language_name(other)},
                )
                for other in rows
                if other != language
            ]
        return buttons

    def _can_delete_text(self, request, rows, language):
        return (
            len(rows) > 1
            and language in rows
            and self.has_delete_permission(request)
            and self.may_write(request, language)
        )

    # --- What the buttons do

    def use_buttons(self, request, obj, row):
        """Publish, withdraw or match the text `row` as the buttons pressed say (does not save)."""
        language, now = row.language_code, timezone.now()
        if self.may_publish(request, language):
            if PUBLISH in request.POST:
                row.publish_from = now.replace(microsecond=0)  # as a form would send it back
                if row.publish_until and row.publish_until <= now:
                    row.publish_until = None
            elif WITHDRAW in request.POST:
                if row.state == State.PUBLISHED:
                    row.publish_until = max(now, row.publish_from + datetime.timedelta(microseconds=1))
                else:
                    row.publish_from = row.publish_until = None
        if self.may_write(request, language):
            rows = {other.language_code for other in loaded_translations(obj)}
            for source in rows - {language}:
                if f"{MATCHES}:{source}" in request.POST:
                    match_source(obj, language, source)

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        # Who put it online, and who took it off, is asked later.
        for button, column in ((PUBLISH, "publish_from"), (WITHDRAW, "publish_until")):
            if button in request.POST and self.may_publish(request, form.language_code):
                field = self.model._parler_meta.root_model._meta.get_field(column)
                with override(None):
                    message.append({"changed": {"fields": [str(field.verbose_name)]}})
        return message

    def response_change(self, request, obj):
        language = self.get_form_language(request, obj)
        name = language_name(language)
        row = obj.translations.filter(language_code=language).first()
        if row and PUBLISH in request.POST and self.may_publish(request, language):
            self.message_user(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("The text in %(language)s is public now.") % {"language": name},
                    obj.get_absolute_url(language),
                    _("See it on the site"),
                ),
            )
        elif WITHDRAW in request.POST and self.may_publish(request, language):
            self.message_user(request, _("The text in %(language)s is no longer public.") % {"language": name})
        elif any(name.startswith(MATCHES) for name in request.POST) and row and row.source_language:
            source = language_name(row.source_language)
            self.message_user(
                request,
                _("The text in %(language)s now matches the one in %(source)s.") % {"language": name, "source": source},
            )
        else:
            return super().response_change(request, obj)
        return HttpResponseRedirect(f"{self.admin_url('change', obj.pk)}?language={language}")
