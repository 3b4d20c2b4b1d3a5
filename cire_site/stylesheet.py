"""The four screen style sheets as one file without comments, so that a page needs few requests and bytes."""

import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "css/site.css"
PARTS = ("tokens", "base", "layout", "components")  # their order is their precedence
#: They tell us what a rule is for; readers would pay for them.
COMMENT = re.compile(rb"\s*/\*.*?\*/", re.DOTALL)


def join_stylesheets():
    """Write the joined style sheet below DATA_DIR unless it is there already, and return the folder it is in."""
    folder = settings.DATA_DIR / "joined"
    joined = folder / NAME
    sources = settings.BASE_DIR / "static" / "css"
    contents = COMMENT.sub(b"", b"\n".join((sources / f"{part}.css").read_bytes() for part in PARTS))
    if not joined.exists() or joined.read_bytes() != contents:
        joined.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may come here at once: none may read half a file.
        with tempfile.NamedTemporaryFile(dir=joined.parent, delete=False) as file:
            file.write(contents)
        Path(file.name).chmod(settings.FILE_UPLOAD_PERMISSIONS)
        Path(file.name).replace(joined)
    return folder


class StylesheetFinder(BaseFinder):
    """Finds css/site.css, for collectstatic and for the local server."""

    def check(self, **kwargs):
        return []

    def list(self, ignore_patterns):
        yield NAME, FileSystemStorage(location=join_stylesheets())

    def find(self, path, find_all=False, **kwargs):
        if path != NAME:
            return []
        joined = str(join_stylesheets() / NAME)
        return [joined] if find_all else joined
