"""Lets `python -m parvis.cli` stand for `parvis`."""

from __future__ import annotations

import sys

from parvis.cli.main import main

sys.exit(main())
