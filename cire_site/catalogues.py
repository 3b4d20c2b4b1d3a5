"""The interface texts: compiling, checking and updating the catalogues in `locale/`.

Compiling and checking need no GNU gettext; comparing with the sources and updating do.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import django
import polib
from django.core.management.commands import makemessages
from django.utils.translation import to_locale

DOMAIN = "django"
EXTENSIONS = {".html", ".py", ".svg", ".txt", ".xml"}
IGNORED = [".*", "*~", "*.pyc", "__pycache__", "benchmarks", "locale", "node_modules", "tests", "var"]
GETTEXT_TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib")

NAMED = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]")
POSITIONAL = re.compile(r"(?<!%)(?:%%)*(%[sdifr])")
BRACES = re.compile(r"\{\w*(?:![rsa])?(?::[^{}]*)?\}")
LINE = re.compile(r'(msg(ctxt|id|id_plural|str(\[\d+\])?)\s+)?"([^"\\]|\\.)*"\s*')
TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")
PLURAL_FORMS = re.compile(r"^nplurals=(\d+); *plural=\S.*;?$")


class GettextMissing(Exception):
    """A tool of GNU gettext is needed and is not on this machine."""


def catalogue_paths(locale_dir):
    """Return the .po files below `locale_dir`, in the order of their languages."""
    return sorted(Path(locale_dir).glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


# --- Compiling -------------------------------------------------------------------------------------------------


def compile_catalogues(locale_dir):
    """Write the .mo beside every .po that has changed since; return the files written.

    A compiled file carries the time of its source, so going back to an older source compiles too. It is put in
    place in one step: a server that is starting never reads half of it.
    """
    written = []
    for source in catalogue_paths(locale_dir):
        compiled = source.with_suffix(".mo")
        changed = source.stat().st_mtime_ns
        if compiled.exists() and compiled.stat().st_mtime_ns == changed:
            continue
        catalogue = polib.pofile(str(source))
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".tmp", delete=False) as file:
            file.write(catalogue.to_binary())
        finished = Path(file.name)
        finished.chmod(0o644)
        os.utime(finished, ns=(changed, changed))
        finished.replace(compiled)
        written.append(compiled)
    return written


# --- Checking --------------------------------------------------------------------------------------------------


def problems(locale_dir, languages=()):
    """Return one sentence for everything that is missing, fuzzy or broken in the catalogues; [] when all is well.

    `languages` are the codes that must have a catalogue.
    """
    found, messages = [], {}
    paths = {path.parent.parent.name: path for path in catalogue_paths(locale_dir)}
    found += [f"{language}: there is no catalogue." for language in languages if language not in paths]
    for language, path in paths.items():
        if broken := _broken_line(path):
            found.append(f"{language}: line {broken} cannot be read: a quotation mark is missing, or one too many.")
            continue
        try:
            catalogue = polib.pofile(str(path), check_for_duplicates=True)
        except (OSError, ValueError, UnicodeDecodeError) as error:
            found.append(f"{language}: the file cannot be read: {error}.")
            continue
        forms, faults = _header_problems(catalogue, language)
        found += [f"{language}: {fault}" for fault in faults]
        for entry in catalogue:
            found += [f"{language}: {_quoted(entry)} {fault}" for fault in _entry_problems(entry, forms)]
        messages[language] = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    every_message = {key: entry for entries in messages.values() for key, entry in entries.items()}
    for language, entries in messages.items():
        found += [
            f"{language}: {_quoted(entry)} is in another catalogue, but not in this one."
            for key, entry in every_message.items()
            if key not in entries
        ]
    return found


def _broken_line(path):
    """Return the number of the first line that is not well formed (polib would drop part of it), or None."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if line.strip() and not line.startswith("#") and not LINE.fullmatch(line):
            return number
    return None


def _header_problems(catalogue, language):
    """Return the number of plural forms (2 where the header does not say), and sentences about the header."""
    header, faults = catalogue.metadata, []
    if header.get("Language") != language:
        faults.append(f"the header's Language is {header.get('Language', 'missing')!r}, not {language!r}.")
    if "charset=utf-8" not in header.get("Content-Type", "").lower():
        faults.append("the header's Content-Type does not say charset=UTF-8.")
    plural = PLURAL_FORMS.match(header.get("Plural-Forms", ""))
    if not plural:
        faults.append("the header's Plural-Forms is missing or broken.")
    return int(plural[1]) if plural else 2, faults


def _entry_problems(entry, forms):
    """Return what is wrong with one message, as the ends of sentences that begin with the message."""
    if entry.obsolete:
        return ["is no longer used: remove it (`make messages` does)."]
    if entry.fuzzy:
        return ["is marked fuzzy: check the translation and remove the mark."]
    if not entry.msgid_plural:
        if not entry.msgstr.strip():
            return ["has no translation."]
        return _text_problems(entry, [entry.msgid], entry.msgstr)
    if sorted(entry.msgstr_plural) != list(range(forms)):
        return [f"has {len(entry.msgstr_plural)} plural forms, not {forms}."]
    if not all(text.strip() for text in entry.msgstr_plural.values()):
        return ["has a plural form without translation."]
    found = []
    for number, text in sorted(entry.msgstr_plural.items()):
        # "one result" may do without its number, and may have it where English does without: "%(count)s result".
        originals = [entry.msgid, entry.msgid_plural] if number == 0 else [entry.msgid_plural]
        found += _text_problems(entry, originals, text)
    return found


def _text_problems(entry, originals, text):
    """Compare one translated text with the originals it may stand for."""
    found = []
    for word, parts in [("placeholders", _placeholders), ("HTML tags", _tags)]:
        wanted = [parts(entry, original) for original in originals]
        if parts(entry, text) not in wanted:
            found.append(f"must have the {word} {_listed(wanted[-1])}, and has {_listed(parts(entry, text))}.")
    if "python-format" in entry.flags and re.search(r"%(?![(sdifr%.\d])", re.sub(r"%%", "", text)):
        found.append("has a single % sign: write %%.")
    for edge, method in [("begins", str.startswith), ("ends", str.endswith)]:
        if not any(method(original, "\n") == method(text, "\n") for original in originals):
            found.append(f"{edge} with a line break in only one of the two languages.")
    return found


def _placeholders(entry, text):
    named = NAMED.findall(text)
    # "100 % des réseaux" is a percentage in a plain text and a fault in a formatted one: only count what counts.
    positional = POSITIONAL.findall(NAMED.sub("", text)) if "python-format" in entry.flags else []
    return sorted(named + positional + BRACES.findall(text))


def _tags(entry, text):
    return sorted(re.match(r"</?\w+", tag)[0] + ">" for tag in TAGS.findall(text))


def _listed(parts):
    return " ".join(parts) or "none"


def _key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def _quoted(entry):
    return f"“{entry.msgid}”" + (f" ({entry.msgctxt})" if entry.msgctxt else "")


# --- Sources ---------------------------------------------------------------------------------------------------


def missing_tools():
    """Return the tools of GNU gettext that are not on this machine."""
    return [tool for tool in GETTEXT_TOOLS if not shutil.which(tool)]


def source_problems(locale_dir, root):
    """Return one sentence per message in which the sources below `root` and a catalogue disagree.

    Raises GettextMissing where xgettext is not on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="messages-") as folder:
        template = extract(root, folder)
        wanted = {_key(entry): entry for entry in polib.pofile(str(template))} if template else {}
    found = []
    for path in catalogue_paths(locale_dir):
        language = path.parent.parent.name
        entries = {_key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
        missing = [_quoted(entry) for key, entry in wanted.items() if key not in entries]
        unused = [_quoted(entry) for key, entry in entries.items() if key not in wanted]
        found += [f"{language}: {message} is not in the catalogue." for message in missing]
        found += [f"{language}: {message} is no longer used." for message in unused]
    return found


def start_catalogues(locale_dir, languages):
    """Make an empty catalogue for each language that has none, with the plural forms that Django uses for it."""
    for language in languages:
        path = Path(locale_dir) / to_locale(language) / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.exists():
            continue
        known = Path(django.__file__).parent / "conf" / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"
        catalogue = polib.POFile(wrapwidth=0)
        catalogue.metadata = {
            "Project-Id-Version": "cire-site",
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": polib.pofile(str(known)).metadata["Plural-Forms"],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))


def update_catalogues(locale_dir, root):
    """Bring every catalogue in line with the sources below `root`; return the files that changed.

    New messages come in empty, or fuzzy where an old one resembles them; messages no longer used go. Nothing else
    in a file changes: no locations, no dates, no wrapping.
    Raises GettextMissing where GNU gettext is not on this machine.
    """
    changed = []
    with tempfile.TemporaryDirectory(prefix="messages-") as folder:
        template = extract(root, folder)
        for path in catalogue_paths(locale_dir):
            before = path.read_text(encoding="utf-8")
            options = ["--no-location", "--no-wrap"]
            merged = _run("msgmerge", "--quiet", "--previous", *options, path, template)
            after = _run("msgattrib", "--no-obsolete", *options, "-", text=merged)
            after = re.sub(r'^"(POT-Creation-Date|Report-Msgid-Bugs-To): .*\\n"\n', "", after, flags=re.MULTILINE)
            if after != before:
                path.write_text(after, encoding="utf-8")
                changed.append(path)
    return changed


def extract(root, folder):
    """Write every message of the sources below `root` into a template in `folder`; return its path, None if empty.

    Nothing is written below `root`. Raises GettextMissing where GNU gettext is not on this machine.
    """
    if missing := missing_tools():
        raise GettextMissing(f"GNU gettext is missing ({', '.join(missing)}). On Debian: apt install gettext")
    with contextlib.chdir(root):
        templates = _Extraction(Path(folder)).build_potfiles()
    return Path(templates[0]) if templates else None


def _run(tool, *arguments, text=None):
    result = subprocess.run(
        [tool, *map(str, arguments)], input=text, capture_output=True, check=False, encoding="utf-8"
    )
    if result.returncode:
        raise RuntimeError(f"{tool}: {result.stderr.strip()}")
    return result.stdout


class _SourceFile(makemessages.BuildFile):
    """A source on its way to xgettext; Django would put the copy of a template beside it, this one keeps out."""

    @property
    def work_path(self):
        if not self.is_templatized:
            return self.path
        return str(self.command.folder / (self.path.replace(os.sep, "!") + ".py"))

    def postprocess_messages(self, messages):
        return messages


class _Extraction(makemessages.Command):
    """The part of Django's makemessages that collects messages, writing to a folder of its own."""

    build_file_class = _SourceFile

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.domain = DOMAIN
        self.verbosity = 0
        self.symlinks = False
        self.extensions = EXTENSIONS
        self.ignore_patterns = IGNORED
        self.locale_paths = [str(folder)]
        self.default_locale_path = str(folder)
        self.xgettext_options = [*self.xgettext_options, "--no-location", "--no-wrap"]
        self.msguniq_options = [*self.msguniq_options, "--no-location", "--no-wrap"]
