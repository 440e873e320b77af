"""What every page needs around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Give the templates the company and the place in the house, where the gate has set them."""
    return {"company": getattr(request, "company", None), "actor": getattr(request, "actor", None)}
