"""The four screen style sheets as one file, so that a page needs few requests; no build step."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

NAME = "css/site.css"
PARTS = ("tokens", "base", "layout", "components")  # their order is their precedence


class StylesheetStorage(FileSystemStorage):
    """Hands out the joined style sheet as if it lay in `static/`."""

    def _open(self, name, mode="rb"):
        text = "\n".join((settings.BASE_DIR / "static" / "css" / f"{part}.css").read_text() for part in PARTS)
        return ContentFile(text.encode(), name=name)

    def path(self, name):
        raise NotImplementedError("the joined style sheet is in no file")

    def get_modified_time(self, name):
        times = [(settings.BASE_DIR / "static" / "css" / f"{part}.css").stat().st_mtime for part in PARTS]
        return self._datetime_from_timestamp(max(times))


class StylesheetFinder(BaseFinder):
    """Finds css/site.css: collected by collectstatic, served by the local server after writing it below var/."""

    storage = StylesheetStorage()

    def check(self, **kwargs):
        return []

    def list(self, ignore_patterns):
        yield NAME, self.storage

    def find(self, path, find_all=False, **kwargs):
        if path != NAME:
            return []
        joined = settings.DATA_DIR / "joined.css"
        contents = self.storage.open(NAME).read()
        if not joined.exists() or joined.read_bytes() != contents:
            # Several processes may come here at once: none may read half a file.
            with tempfile.NamedTemporaryFile(dir=joined.parent, delete=False) as file:
                file.write(contents)
            Path(file.name).replace(joined)
        return [str(joined)] if find_all else str(joined)
