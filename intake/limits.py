"""How often somebody may do something: counted in the database, so that all workers share the count."""

import datetime
import ipaddress
import math

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from intake.models import RateWindow

DAY = 24 * 60 * 60


def count_attempt(scope, who, limit, seconds, now=None):
    """Count an attempt and return True; False where `limit` of them were counted in this window.

    `scope`: what is attempted. `who`: as returned by `who_asks`, or whatever else stands for somebody. Windows
    are of `seconds` (at most a day) and the same for everybody, so up to twice the limit may pass around their border.
    """
    if not 0 < seconds <= DAY:
        raise ValueError("A window lasts a day at most: that is how long counts are kept.")
    start, _end = window_at(now or timezone.now(), seconds)
    place = {"scope": scope, "who": unreadable(who, start), "window_start": start}
    RateWindow.objects.bulk_create([RateWindow(**place)], ignore_conflicts=True)
    # One conditional update, whose row count is the answer: right with any number of workers.
    return RateWindow.objects.filter(**place, count__lt=limit).update(count=F("count") + 1) == 1


def window_at(now, seconds):
    """Return when the window that `now` lies in began, and when it ends."""
    start = math.floor(now.timestamp() / seconds) * seconds
    return tuple(datetime.datetime.fromtimestamp(moment, datetime.UTC) for moment in (start, start + seconds))


def who_asks(request):
    """Return what a request is counted under: its address, or the network of it that one household has (IPv6: /64)."""
    text = import_string(settings.CLIENT_ADDRESS)(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:  # a socket, or a front server that writes something else
        return text
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((int(address), 64), strict=False))


def unreadable(who, start):
    """Return `who` such that nobody can read it, or follow it into another day."""
    return salted_hmac("intake.limits", f"{start:%Y-%m-%d} {who}", algorithm="sha256").hexdigest()


def delete_old(now, since):
    """Delete the counts of windows that are over. A step of settings.DUE_STEPS."""
    RateWindow.objects.filter(window_start__lt=now - datetime.timedelta(seconds=DAY)).delete()
