"""The entry point of the web server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from parvis.core.memory import give_back

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.settings")
application = get_wsgi_application()
# The screens are read now, not while the first visitor waits.
_ = get_resolver().url_patterns
give_back()
