"""The settings of the tests: the real ones, in a throw-away folder, with cheap passwords, mail in memory, and nothing kept for long."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("PARVIS_DATA", tempfile.mkdtemp(prefix="parvis-test-"))
os.environ.setdefault("PARVIS_PRIVATE_HOSTS", "127.0.0.1,localhost")
os.environ.setdefault("PARVIS_MASTODON_SCHEME", "http")

from parvis.settings import *  # noqa: F403
from parvis.web import catalogues

# Before Django reads them: a fresh clone has none.
catalogues.compile_stale()

if "init_command" in DATABASES["default"]["OPTIONS"]:  # noqa: F405
    # No power fails here, and the disk takes 4 ms for each commit; houses that tests start keep their own promise.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The live server serves the static files itself.
MIDDLEWARE = [layer for layer in MIDDLEWARE if "whitenoise" not in layer]  # noqa: F405
