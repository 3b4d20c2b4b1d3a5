"""The protection of public forms against machines: no third party, no JavaScript, nothing kept about the reader."""

import time
import uuid
from dataclasses import dataclass

from django import forms
from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

SALT = "intake.ticket"
FASTEST = 3  # seconds: nobody reads and fills in a form sooner
LONGEST = 24 * 60 * 60  # seconds that a form may be open
LONGEST_TICKET = 400  # characters


@dataclass(frozen=True)
class Ticket:
    """What a form carries from its making to its sending: which form, which making of it, and when."""

    form: str
    key: uuid.UUID
    made_at: float  # seconds since 1970

    def __str__(self):
        return signing.Signer(salt=SALT).sign_object([self.form, self.key.hex, round(self.made_at, 2)])

    @classmethod
    def new(cls, form, made_at=None):
        return cls(form, uuid.uuid4(), time.time() if made_at is None else made_at)

    @classmethod
    def read(cls, text, form):
        """Return the ticket that a form brings, None where we did not make it, or made it for another form."""
        ticket = cls.of_any_form(text)
        return ticket if ticket and ticket.form == form else None

    @classmethod
    def of_any_form(cls, text):
        """Return the ticket that some form brings, None where we did not make it."""
        if len(text) > LONGEST_TICKET:
            return None
        try:
            name, key, made_at = signing.Signer(salt=SALT).unsign_object(text)
        except signing.BadSignature:
            return None
        return cls(name, uuid.UUID(key), made_at)

    @property
    def age(self):
        """Seconds since it was made."""
        return time.time() - self.made_at


class ProtectedForm(forms.Form):
    """A form that anybody may send: stand it first, `class ReportForm(ProtectedForm, forms.ModelForm)`.

    It is held back where it comes back sooner than anybody could write, was open for a day, or where a field that
    people do not see is filled in. Whatever happens the reader is told, nothing typed is lost, and sending once more
    works. Its template includes components/form_protection.html.
    """

    #: What tickets are for, and what the form is about where it is one of many; a ticket of one form opens no other.
    form_name = ""
    #: The fields that carry the protection; they are not among `fields`, so a loop over the form shows only its own.
    ticket_field, trap_field = "ticket", "homepage"

    def __init__(self, *args, about="", **kwargs):
        super().__init__(*args, **kwargs)
        name = self.form_name or type(self).__name__
        self.form_name = f"{name}:{about}" if about else name
        self.ticket = self._read_ticket() if self.is_bound else None

    def full_clean(self):
        super().full_clean()
        if self.is_bound:
            problem = self._problem()
            if problem:
                self.add_error(None, problem)

    @property
    def next_ticket(self):
        """The ticket that the form is shown with: the one it came with as long as that is good."""
        if self.ticket is None:
            return Ticket.new(self.form_name)
        if self.ticket.age > LONGEST:
            # Who had it open for a day need not wait before the second press.
            return Ticket.new(self.form_name, time.time() - FASTEST)
        return self.ticket

    @property
    def protection(self):
        """What components/form_protection.html shows."""
        return {
            "ticket_name": self.add_prefix(self.ticket_field),
            "ticket": str(self.next_ticket),
            "trap_name": self.add_prefix(self.trap_field),
        }

    def fingerprint(self):
        """Return a digest of what was typed, which tells whether the same form came twice with the same content."""
        ours = {self.add_prefix(self.ticket_field), self.add_prefix(self.trap_field), "csrfmiddlewaretoken"}
        typed = sorted((name, values) for name, values in dict(self.data).items() if name not in ours)
        return salted_hmac("intake.fingerprint", repr(typed), algorithm="sha256").hexdigest()

    def hold_back(self, message):
        """Tell the reader, above the form, why it was not taken."""
        self.add_error(None, message)

    def renew(self):
        """Show the form with a new ticket: what it holds can be sent as something new."""
        self.ticket = Ticket.new(self.form_name, time.time() - FASTEST)

    def _read_ticket(self):
        return Ticket.read(self.data.get(self.add_prefix(self.ticket_field), ""), self.form_name)

    def _problem(self):
        """Return why the form is held back, "" where it is not."""
        if self.ticket is None or self.ticket.age > LONGEST:
            return _("This form was open for too long. All you wrote is still here: please send it once more.")
        if self.data.get(self.add_prefix(self.trap_field)):
            return _(
                "A field that people do not see was filled in, perhaps by your browser. It is empty again: "
                "please send the form once more."
            )
        # Whoever has something to mend sends it again anyway.
        if self.ticket.age < FASTEST and not self.errors:
            return _("It has not left yet: you were very fast. Please send it once more.")
        return ""


class MessageField(forms.CharField):
    """Some lines of text; a new line counts as one character, as in the browser that counts along."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")
