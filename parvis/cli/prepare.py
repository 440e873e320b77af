"""Bring database, catalogues and static files up to date. Safe to run at each start."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from parvis.cli import demo, stamp
from parvis.web import catalogues


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--demo", action="store_true", help="also make the living company of the demonstration")


def run(chosen: argparse.Namespace) -> int:
    """Prepare everything."""
    everything()
    if chosen.demo:
        demo.build()
    if connection.vendor == "sqlite":
        applied = MigrationRecorder(connection).applied_migrations()
        stamp.mark(demo=chosen.demo, database=str(connection.settings_dict["NAME"]), tables=applied)
    return 0


def everything() -> None:
    """Bring everything up to date; what is up to date already costs next to nothing."""
    catalogues.compile_stale()
    call_command("migrate", verbosity=0, interactive=False)
    catalogues.compile_stale()
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.MEDIA_DIR.mkdir(parents=True, exist_ok=True)
