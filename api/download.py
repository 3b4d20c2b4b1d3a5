"""How the file of all open data is handed out, and when the worker makes it: after a change, and once it is over."""

import datetime
import os

from django.http import FileResponse
from django.utils import timezone
from django_tasks import task
from rest_framework.views import APIView

from api import open_data
from api.problems import BeingMade
from api.views import KINDS, DataMixin

#: After how long without a file the worker is asked again.
PATIENCE = datetime.timedelta(minutes=2)


def renew(now, since):
    """Have the file made anew that is no longer right. A step of settings.DUE_STEPS."""
    if open_data.find(now) is None:
        ask(now)


def ask(now):
    """Ask the worker for the file, once: however many readers wait for it."""
    open_data.folder().mkdir(parents=True, exist_ok=True)
    asked = asked_file()
    if asked.exists() and asked.stat().st_mtime > (now - PATIENCE).timestamp():
        return
    asked.touch()
    os.utime(asked, (now.timestamp(), now.timestamp()))
    make_download.enqueue()


def asked_file():
    """Return the file that says by its time when the worker was asked; it is there until the worker is done."""
    return open_data.folder() / "asked"


@task()
def make_download():
    """Make the file of all open data, unless it is there."""
    if open_data.make(KINDS, timezone.now()):
        asked_file().unlink(missing_ok=True)


class DownloadView(DataMixin, APIView):
    """All of it in one file (ZIP of JSON lines)."""

    schema = None

    def may_be_kept(self):
        """It is kept as the file that it is."""
        return False

    def holds_for(self):
        return max(0, min(super().holds_for(), int((self.download.holds_until - self.asked_at).total_seconds())))

    def get(self, request):
        self.download = open_data.find(self.asked_at)
        if self.download is None:
            ask(self.asked_at)
            raise BeingMade
        try:
            file = self.download.path.open("rb")
        except FileNotFoundError:  # another took its place this moment
            raise BeingMade from None
        name = f"cire-open-data-{timezone.localdate(self.asked_at).isoformat()}.zip"
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        response.headers["ETag"] = f'"{self.download.path.stem}"'
        return response
