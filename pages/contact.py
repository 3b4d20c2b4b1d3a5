"""What follows from a message of the contact form: an e-mail to the staff, and a short one to the sender."""

from django.utils.translation import gettext_noop

from intake.outbox import post_template, post_to_staff
from pages.contact_forms import Subject


def send(*, subject, message, language, name="", email=""):
    """Post what somebody wrote; call it in a transaction."""
    context = {"subject": Subject(subject), "message": message, "name": name, "email": email, "language_code": language}
    post_to_staff(
        "pages/mail/contact",
        context,
        purpose=gettext_noop("A message from the contact form"),
        reply_to=email,
    )
    if email:
        # Fixed words only: whoever gives somebody else's address must not be able to send them anything.
        post_template(
            "pages/mail/thanks",
            {},
            to=email,
            language=language,
            purpose=gettext_noop("Thanks for a message from the contact form"),
        )
