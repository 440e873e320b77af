"""The entry point of the web server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from parvis.core.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.settings")
application = get_wsgi_application()
# The screens are read now, not while the first visitor waits.
_ = get_resolver().url_patterns
settle()
