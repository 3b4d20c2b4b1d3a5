"""Loads the sample redirects; those of the old site's addresses come from an import."""

from pathlib import Path

import yaml
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from links.addresses import normal_address
from links.models import MissingAddress, Redirect
from links.references import save_anew, sources_of, unsettled
from links.rules import check_redirect, stored_redirects

ENTRIES = Path(__file__).with_name("redirects.yaml")


def load(report=None):
    """Create the sample redirects that neither exist nor were deleted by staff; returns how many were created."""
    entries = yaml.safe_load(ENTRIES.read_text())
    known = stored_redirects()
    is_first = not known
    deleted = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Redirect), action_flag=DELETION
    ).values_list("object_repr", flat=True)
    passed_over = {*known, *deleted}
    created = 0
    for entry in entries["redirects"]:
        if normal_address(entry["old"]) not in passed_over:
            rule = check_redirect(entry["old"], entry["new"], known)
            Redirect.objects.create(path=rule.path, target=rule.target, language=rule.language, note=entry["note"])
            known[rule.path] = rule.target
            created += 1
        if report:
            report({"key": entry["old"]})
    if is_first:
        note_missing(entries["missing"])
        # Some texts link to pages that were loaded after them.
        save_anew(sources_of(unsettled()))
    return created


def note_missing(entries):
    """Count some addresses that nothing answers."""
    today = timezone.localdate()
    MissingAddress.objects.bulk_create(
        [MissingAddress(**entry, first_on=today, last_on=today) for entry in entries], ignore_conflicts=True
    )
