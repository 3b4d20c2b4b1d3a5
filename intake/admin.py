"""The outbox, for staff: what was sent, what waits, what failed and why. Nothing there is written by hand."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from intake.models import MessageState, OutboxMessage, in_state
from intake.outbox import try_again

NO_SERVER = gettext_lazy("The mail server could not be reached, or broke off.")
#: What went wrong, by the kind of error, in words for staff.
PROBLEMS = {
    "SMTPRecipientsRefused": gettext_lazy("The mail server refused this address."),
    "SMTPSenderRefused": gettext_lazy("The mail server refused our own address."),
    "SMTPDataError": gettext_lazy("The mail server refused this message."),
    "SMTPAuthenticationError": gettext_lazy("The mail server refused our user name or password."),
    **dict.fromkeys(
        (
            "ConnectionRefusedError",
            "ConnectionResetError",
            "OSError",
            "SMTPConnectError",
            "SMTPServerDisconnected",
            "TimeoutError",
            "gaierror",
        ),
        NO_SERVER,
    ),
}
ELSE = gettext_lazy("It could not be sent.")


class StateFilter(admin.SimpleListFilter):
    """The e-mails in one state."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return MessageState.choices

    def queryset(self, request, queryset):
        return queryset.filter(in_state(self.value())) if self.value() in MessageState.values else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(admin.ModelAdmin):
    """A list to look at; who may also read the e-mails sees the addresses and the words."""

    list_display = ("purpose_text", "created_at", "state_text", "problem_text")
    list_filter = (StateFilter,)
    list_display_links = ("purpose_text",)
    actions = ("try_again_now",)
    about_it = ("purpose_text", "created_at", "state_text", "problem_text", "failures", "interruptions")
    words = ("language", "to", "reply_to", "subject", "text")

    @admin.display(description=gettext_lazy("purpose"))
    def purpose_text(self, message):
        return _(message.purpose)

    @admin.display(description=gettext_lazy("state"))
    def state_text(self, message):
        return message.state_text

    @admin.display(description=gettext_lazy("problem"), empty_value="–")
    def problem_text(self, message):
        if not message.problem:
            return None
        kind = message.problem.partition(" ")[0]
        return f"{PROBLEMS.get(kind, ELSE)} ({message.problem})"

    def get_fields(self, request, obj=None):
        return (*self.about_it, *self.words) if self.may_read(request.user, obj) else self.about_it

    @staticmethod
    def may_read(user, message):
        """Whether somebody may see to whom an e-mail goes and what it says.

        They have signed in with a second factor (django-otp says so), and may see what the e-mail is about: whoever
        sees no orders reads no letters about them.
        """
        if message is None or not (user.is_verified() and user.has_perm("intake.read_outboxmessage")):
            return False
        app, _dot, model = message.about.partition(":")[0].partition(".")
        return not model or user.has_perm(f"{app}.view_{model}")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_retry_permission(self, request):
        return request.user.has_perm("intake.retry_outboxmessage")

    @admin.action(description=gettext_lazy("Try again now"), permissions=["retry"])
    def try_again_now(self, request, queryset):
        tried = try_again(queryset)
        for message in tried:
            self.log_change(request, message, _("Tried again."))
        told = ngettext("%(count)s message is tried again.", "%(count)s messages are tried again.", len(tried))
        self.message_user(request, told % {"count": len(tried)}, messages.SUCCESS)
