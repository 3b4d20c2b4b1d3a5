"""Static files as production serves them: collected, named by their contents, with the four style sheets as one."""

import json
import re
import subprocess
import sys

from django.conf import settings


def test_collecting_for_production_joins_the_style_sheets_and_names_every_file_by_its_contents(tmp_path):
    variables = {
        "SECRET_KEY": "only-for-this-test-" + "x" * 40,
        "SITE_URL": "https://www.example.org",
        "STAFF_EMAIL": "staff@example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "DATA_DIR": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    joined = (tmp_path / "static" / names["css/site.css"]).read_text()
    for part in ("tokens", "base", "layout", "components"):
        rules = re.sub(
            r"\s*/\*.*?\*/", "", (settings.BASE_DIR / "static" / "css" / f"{part}.css").read_text(), flags=re.DOTALL
        )
        assert rules.strip() in joined
    assert (tmp_path / "static" / f"{names['css/site.css']}.br").exists()
    # A name that a template asks for and nobody collected would be a fault on every page.
    templates = "".join(path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html"))
    assert set(re.findall(r"{% static [\"']([^\"']+)[\"'] %}", templates)) <= set(names)
    # The page for our own faults names its style sheet without the catalogue of files.
    assert (tmp_path / "static" / "css" / "site.css").exists()
