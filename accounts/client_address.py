"""From which address somebody tries to sign in."""

from django.conf import settings


def client_address(request):
    """Return the IP address that wrong passwords are counted for.

    Behind a front server every request comes from that server, which appends the address it saw to
    X-Forwarded-For: the last one is its own observation, those before are what the client claims.
    """
    if settings.BEHIND_FRONT_SERVER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")
