"""The mail server, spoken to such that one can tell afterwards whether it may have got the message."""

import smtplib

from django.core.mail.backends import smtp


class NotesHandingOver:
    """Notes the moment from which on the server may have the message: until then, breaking off loses nothing."""

    handed_over = False

    def data(self, msg):
        self.handed_over = True
        return super().data(msg)


class PlainConnection(NotesHandingOver, smtplib.SMTP):
    """A connection that begins in the clear."""


class EncryptedConnection(NotesHandingOver, smtplib.SMTP_SSL):
    """A connection that is encrypted from its first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's own, with the answer to `handed_over`; for one message a connection."""

    @property
    def connection_class(self):
        return EncryptedConnection if self.use_ssl else PlainConnection

    @property
    def handed_over(self):
        """Whether the server may have the message."""
        return self.connection is not None and self.connection.handed_over
