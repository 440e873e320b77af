"""Where networks knock: no session, no cookie; a signature over the untouched body, or nothing happens."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.channels import hooks
from parvis.core import clock
from parvis.core.db import Busy
from parvis.inbox.knocking import knock
from parvis.networks.listening import Bell, Call, Knock
from parvis.people.models import Company

log = logging.getLogger(__name__)
# Far more than any network sends at once.
MOST_BYTES = 1_000_000


@csrf_exempt
@require_http_methods(["GET", "POST"])
def called(request: HttpRequest, network: str, key: str) -> HttpResponse:
    """Answer a network's call: its handshake, or news that is written down before this answers."""
    company = _company(key)
    known = settings.NETWORKS.get(network)
    if company is None or known is None or known.bell is None:
        return _plain("not here", 404)
    size = str(request.META.get("CONTENT_LENGTH") or "0")
    if not size.isdecimal() or int(size) > MOST_BYTES:
        return _plain("too much", 413)
    call = _call(request)
    app = hooks.application(company, known.spec)
    try:
        return _answered(known.bell, call, app, company, network)
    except Busy:
        # Not written: the network calls again, and the next reading finds it anyway.
        return _plain("again", 503)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        log.info("a call of %s could not be read", network, exc_info=True)
        return _plain("unreadable", 400)


def _answered(bell: Bell, call: Call, app: Any, company: Company, network: str) -> HttpResponse:
    asked = bell.handshake(call, app)
    if asked is not None:
        return HttpResponse(asked.body, status=asked.status, content_type=asked.kind)
    if call.method != "POST":
        return _plain("nothing asked", 400)
    if not bell.genuine(call, app):
        return _plain("not yours", 403)
    knocks = _knocks(bell, call)
    if knocks is None:
        return _plain("unreadable", 400)
    knock(company_id=company.pk, network=network, body=call.body, knocks=knocks, now=clock.now())
    return _plain("ok", 200)


def _knocks(bell: Bell, call: Call) -> tuple[Knock, ...] | None:
    """Return what a call says happened; None where its body makes no sense."""
    knocks = bell.knocks(call)
    return knocks if knocks or _reads(call) else None


def _reads(call: Call) -> bool:
    """Tell whether a body is of a known kind: news that concerns nobody here is no fault."""
    if "xml" in call.headers.get("content-type", ""):
        return call.body.lstrip().startswith(b"<")
    try:
        return isinstance(json.loads(call.body), dict | list)
    except (ValueError, RecursionError):
        return False


def _company(key: str) -> Company | None:
    number = hooks.company_id_of(key)
    return Company.objects.filter(pk=number).first() if number is not None else None


def _call(request: HttpRequest) -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method or "", request.GET.dict(), headers, request.body)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")


urls = [path("hooks/<slug:network>/<str:key>", called, name="hook")]
