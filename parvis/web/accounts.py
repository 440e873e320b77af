"""What we ask of the sign-in part: our words for its errors, our journal, our seal on its secrets."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from parvis.core import clock
from parvis.core.http import is_public
from parvis.people import sealing
from parvis.people.actors import Actor
from parvis.people.commands import note_account
from parvis.people.invitations import InvitationOver, mail_leaves, open_by
from parvis.people.models import User

WRONG_CODE = gettext_lazy("This code is not the right one, or its half minute is over. Enter the one that your application shows now.")


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: sentences that say what to do, and an entry in the journal for what changed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed. Ask an owner of your company to open it again."),
        "duplicate_email": gettext_lazy("This address is already the one of your account."),
        "email_password_mismatch": gettext_lazy(
            "This e-mail address and this password do not go together. Check both, or choose “Forgotten password?”."
        ),
        "email_taken": gettext_lazy("An account already exists with this address. Sign in, or choose “Forgotten password?”."),
        "enter_current_password": gettext_lazy("This is not your present password. Nothing was changed: type it again."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": gettext_lazy("This is not the right password. Type it again."),
        "invalid_password_reset": gettext_lazy("This link no longer works. Ask for a new one."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries in a row. Wait five minutes, then try again: your account is safe and nothing was changed."
        ),
        "rate_limited": gettext_lazy("Too many requests in a row. Wait a minute, then try again."),
    }

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Take the address at its word where no mail can leave to prove it."""
        return not mail_leaves() or super().is_email_verified(request, email)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let anybody open an account, or, where the house is closed, its first person and whoever holds an invitation."""
        if settings.OPEN_SIGNUP or not User.objects.exists():
            return True
        token = re.fullmatch(r"/join/([^/]+)/", request.GET.get("next") or request.POST.get("next") or "")
        try:
            return bool(token and open_by(token[1], clock.now()))
        except InvitationOver:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return who is calling, for the limits on guessing: behind our own proxy, the address that it saw; else the caller's own."""
        peer, seen = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
        proxied = bool(settings.SECURE_PROXY_SSL_HEADER and _ip(peer)) and not is_public(peer)
        return (_ip(seen.rpartition(",")[2]) or peer) if proxied else peer

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links lead to this house, whatever host the request named."""
        asked = self.request.build_absolute_uri("/") if self.request else "\0"
        ours = {
            key: f"{settings.PUBLIC_URL}/{value.removeprefix(asked)}" if isinstance(value, str) and value.startswith(asked) else value
            for key, value in context.items()
        }
        super().send_mail(template_prefix, email, ours)

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is written."""
        return str(subject)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Keep the new person, and write it into the journal."""
        saved: User = super().save_user(request, user, form, commit)
        if commit:
            _note("signed_up", saved)
        return saved

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Write what was changed into the journal, and mail it where mail leaves."""
        _note(template_prefix, user)
        super().send_notification_mail(template_prefix, user, context, email)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed like tokens."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "unverified_email": gettext_lazy("First confirm your e-mail address: we sent you a link."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Propose a name that tells keys apart."""
        return gettext("My passkey")


def _ip(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""


def _note(event: str, user: User) -> None:
    note_account(event=event, user=user, by=Actor.person(user), now=clock.now())
