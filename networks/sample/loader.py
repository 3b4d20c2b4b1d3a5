"""Loads the sample networks."""

from pathlib import Path

from networks.models import Network
from organisations.sample.loader import load_collectives

ENTRIES = Path(__file__).with_name("networks.yaml")


def load(report=None):
    """Create the sample networks that are missing; returns how many were created."""
    return load_collectives(Network, ENTRIES, report)
