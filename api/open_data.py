"""The whole public content as one file: made by the worker (api/download.py), kept for as long as it is right.

What was withdrawn is out of reach at once: a file is handed out only while content is at the version that it was made
from (content/kept_pages.py), and until the next moment at which the clock alone changes something.
"""

import datetime
import fcntl
import json
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from addresses.gazetteer import ATTRIBUTION
from api import description
from content.kept_pages import current_version, next_change
from content.languages import CODES

#: How many objects are read at a time: the whole never stands in memory.
CHUNK = 200


@dataclass(frozen=True)
class Download:
    """A file that was made: `<version>-<second until which it holds>.zip`."""

    path: Path

    @property
    def holds_until(self):
        return datetime.datetime.fromtimestamp(int(self.path.stem.partition("-")[2]), datetime.UTC)


def folder():
    return settings.DATA_DIR / "open-data"


def find(now):
    """Return the Download that says what the site says now, None where it first has to be made."""
    version = current_version()
    kept = [Download(path) for path in folder().glob(f"{version}-*.zip")]
    return next((download for download in kept if now < download.holds_until), None)


def make(kinds, now):
    """Make the file, unless it is there; the older ones go. Return False while another process is at it.

    `kinds`: {name: view set} of what stands in it.
    """
    folder().mkdir(parents=True, exist_ok=True)
    with lease() as is_ours:
        if not is_ours or find(now):
            return is_ours
        # Before anything is read: a change made meanwhile makes the file wrong at once.
        name = f"{current_version()}-{int(holds_until(now).timestamp())}.zip"
        part = folder() / "being-made"
        with part.open("wb") as file:
            write(file, kinds, now)
        older = list(folder().glob("*.zip"))
        made = part.replace(folder() / name)
        for path in older:
            if path != made:
                path.unlink(missing_ok=True)
        return True


@contextmanager
def lease():
    """Yield whether this process alone may make the file. The lease of one that was killed ends with it."""
    with (folder() / "lease").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def holds_until(now):
    """Return the moment from which a file made now may say something that is no longer so: midnight at the latest."""
    tomorrow = timezone.localdate(now) + datetime.timedelta(days=1)
    midnight = timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time.min))
    return min(filter(None, [midnight, next_change(now)]))


def write(file, kinds, now):
    """Write the whole content: a file of JSON lines a kind, what they are, and how to read them."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        counts = {f"{name}.jsonl": write_kind(archive, f"{name}.jsonl", kind(), now) for name, kind in kinds.items()}
        write_json(archive, "about.json", about(counts, now))
        write_json(archive, "openapi.json", description.document())
        for code in CODES:
            with override(code):
                readme = render_to_string("api/readme.txt", {"site": settings.SITE_URL, "made_at": now})
            archive.writestr(f"README.{code}.txt", readme)


def write_kind(archive, name, kind, now):
    """Write the objects of one kind, one a line; return how many there are."""
    count = last = 0
    info = zipfile.ZipInfo(name, timezone.localtime(now).timetuple()[:6])
    info.compress_type = archive.compression
    with archive.open(info, "w") as file:
        while objects := list(kind.for_download().filter(pk__gt=last)[:CHUNK]):
            for data in kind.serializer_class(objects, many=True).data:
                file.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            count, last = count + len(objects), objects[-1].pk
    return count


def write_json(archive, name, data):
    archive.writestr(name, json.dumps(data, ensure_ascii=False, indent=1))


def about(counts, now):
    return {
        "source": settings.SITE_URL,
        "version": settings.SPECTACULAR_SETTINGS["VERSION"],
        "made_at": timezone.localtime(now).isoformat(),
        "languages": CODES,
        "licence": settings.SPECTACULAR_SETTINGS["LICENSE"]["name"],
        "attribution": ATTRIBUTION,
        "objects": counts,
    }
