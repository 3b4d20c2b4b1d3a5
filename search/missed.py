"""What readers look for in vain, counted so that nobody is known by it.

Words are written down only once several readers of the site have asked the same; until then stands a digest that
nobody can read. What may be somebody's (numbers, e-mail addresses, whole sentences) is never counted.
"""

import datetime
import re
from contextlib import suppress

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from content.folding import sort_key
from intake.limits import DAY, count_attempt, who_asks
from search.models import MissedSearch

#: How many readers must have asked the same before staff see it.
ENOUGH = 5
LONGEST, MOST_WORDS = 60, 5
#: A number of so many digits may be a telephone, a file or a birthday.
PERSONAL = re.compile(r"@|\d\D?\d\D?\d\D?\d")
#: How many different things one reader can have counted in a day.
MOST_OF_A_READER = 30
#: How long words are kept: those of a few readers, those that staff see.
KEPT_RARE, KEPT = datetime.timedelta(days=30), datetime.timedelta(days=365)


def note_missed(request, text, language):
    """Count that a reader found nothing; once a day for each reader and question."""
    words = sort_key(text, length=None)
    if not words or len(words) > LONGEST or len(words.split()) > MOST_WORDS or PERSONAL.search(text):
        return
    # A count is not worth an error page where the database is busy.
    with suppress(OperationalError), transaction.atomic():
        digest = salted_hmac("search.missed", f"{language} {words}", algorithm="sha256").hexdigest()
        who = who_asks(request)
        if count_attempt("search", who, MOST_OF_A_READER, DAY) and count_attempt(digest[:40], who, 1, DAY):
            count(language, digest, words)


def count(language, digest, words):
    today = timezone.localdate()
    MissedSearch.objects.bulk_create(
        [MissedSearch(language=language, digest=digest, last_on=today)], ignore_conflicts=True
    )
    mine = MissedSearch.objects.filter(language=language, digest=digest)
    mine.update(count=F("count") + 1, last_on=today)
    mine.filter(count__gte=ENOUGH, words="").update(words=words)


def delete_old(now, since):
    """Forget what few have asked for a month, and the rest after a year. A step of settings.DUE_STEPS."""
    today = timezone.localdate(now)
    MissedSearch.objects.filter(words="", last_on__lt=today - KEPT_RARE).delete()
    MissedSearch.objects.filter(last_on__lt=today - KEPT).delete()
