"""Every setting, its environment name, its value and what it is for. Secrets are not shown."""

from __future__ import annotations

import argparse
import os

from parvis import settings

SECRET = {"PARVIS_SECRET", "PARVIS_KEYS", "PARVIS_DATABASE", "PARVIS_MAIL"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(_: argparse.Namespace) -> int:
    """Print the settings."""
    for setting in settings.known:
        value = os.environ.get(setting.env, setting.default)
        shown = "(set)" if setting.env in SECRET and value else value or "(empty)"
        print(f"{setting.env}={shown}\n    {setting.why}")
    return 0
