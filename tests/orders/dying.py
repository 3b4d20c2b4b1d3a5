"""The site with a fault: the first worker to keep an order dies before it can tell anybody, as in a power cut."""

import os
import signal

from django.conf import settings

from cire_site.wsgi import application as application
from intake import outbox


def die_once(key):
    """Stand for handing an e-mail to the task worker: the first thing that is done once the order is kept."""
    alive = settings.DATA_DIR / "alive"
    if alive.exists():
        alive.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


outbox.send_soon = lambda key: outbox.transaction.on_commit(lambda: die_once(key), robust=True)
