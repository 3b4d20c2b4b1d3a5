"""Static files as production serves them: collected, named by their contents, with the four style sheets as one."""

import json
import subprocess
import sys

from django.conf import settings


def test_collecting_for_production_joins_the_style_sheets_and_names_every_file_by_its_contents(tmp_path):
    variables = {
        "SECRET_KEY": "only-for-this-test-" + "x" * 40,
        "SITE_URL": "https://www.example.org",
        "DATA_DIR": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    joined = (tmp_path / "static" / names["css/site.css"]).read_text()
    for part in ("tokens", "base", "layout", "components"):
        assert (settings.BASE_DIR / "static" / "css" / f"{part}.css").read_text().strip() in joined
    assert (tmp_path / "static" / f"{names['css/site.css']}.br").exists()
