"""The second factor: a code from the phone of whoever signs in, asked for after the password."""


def is_verified(user):
    """Whether somebody signed in with a code, not with a password alone."""
    return getattr(user, "otp_device", None) is not None
