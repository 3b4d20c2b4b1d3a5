"""Counting the addresses that nothing answers: the path and a number, never who asked."""

import datetime
import logging
import re

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from links.addresses import normal
from links.models import MissingAddress

logger = logging.getLogger(__name__)

#: How many different addresses are kept; more come from machines that try words.
MOST = 5_000
LONGEST = 200
#: After how long an address goes that was asked for less often than that.
RARE, RARE_FOR = 3, datetime.timedelta(days=30)
#: After how long without a question any address goes.
KEPT_FOR = datetime.timedelta(days=365)

#: What no page of ours, or of the old site, was ever called: what machines try that look for a way in.
ATTACKS = re.compile(
    r"\.(?:php\d?|phtml|aspx?|jsp|cgi|env|git|svn|sql|bak|old|ini|ya?ml|log|sh|exe|dll|zip|gz|tar|rar|7z|json|xml|map)"
    r"(?:/|$)|(?:^|/)(?:\.|wp-|cgi-bin|phpmyadmin|xmlrpc|vendor|node_modules|actuator|server-status|owa|ecp|autodiscover"
    r"|solr|jenkins|telescope|_ignition|boaform|hnap1|manager/html)|\.\.|[<>\"'\\{}|`;$()\x00-\x1f\x7f]|://"
)
#: What browsers ask for by themselves.
BY_ITSELF = re.compile(r"/(?:favicon|apple-touch-icon|browserconfig|robots|ads|\.well-known)")
#: May be an address or a number of somebody: nothing that tells who they are is kept.
PERSONAL = re.compile(r"@|%40|[0-9]{7,}")
#: The signature in a link that is one person's alone: so many letters after a point or a colon are nothing else.
SIGNED = re.compile(r"(?:[.:]|%3[aA])[\w-]{43}(?![\w-])", re.ASCII)


def worth_counting(path):
    """Whether a normal path may be one that a person asked for, and says nothing about them."""
    return len(path) <= LONGEST and not any(what.search(path) for what in (ATTACKS, BY_ITSELF, PERSONAL, SIGNED))


def count(path, query=""):
    """Count an address that nothing answers; at most three queries, and no error: readers get their page anyway."""
    asked = normal(path, query)
    if not worth_counting(asked):
        return
    today = timezone.localdate()
    try:
        with transaction.atomic():
            if MissingAddress.objects.filter(path=asked).update(count=F("count") + 1, last_on=today):
                return
            if MissingAddress.objects.count() < MOST:
                new = MissingAddress(path=asked, first_on=today, last_on=today)
                MissingAddress.objects.bulk_create([new], ignore_conflicts=True)
    except DatabaseError:
        logger.warning("A missing address could not be counted", exc_info=True)


def forget_rare(now, since):
    """Delete what was hardly asked for and not lately, and what nobody asks for any more. A step of DUE_STEPS."""
    today = timezone.localdate(now)
    counted = MissingAddress.objects.filter(is_ignored=False)
    counted.filter(count__lt=RARE, last_on__lt=today - RARE_FOR).delete()
    MissingAddress.objects.filter(last_on__lt=today - KEPT_FOR).delete()
