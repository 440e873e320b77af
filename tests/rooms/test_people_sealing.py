"""The secrets of second factors: sealed, and sealed anew when the key changes."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from parvis.core.secrets import CannotOpen, KeyRing, new_key
from parvis.people import sealing
from parvis.people.actors import HOUSE
from tests.world import NOON, World


def factor(world: World, kind: Authenticator.Type, **data: Any) -> Authenticator:
    return Authenticator.objects.create(user=world.alice, type=kind, data=data)


def test_a_rotation_lets_the_old_key_go(world: World, settings: Any) -> None:
    old, new = new_key(), new_key()
    settings.KEYS = KeyRing.parse(old)
    totp = factor(world, Authenticator.Type.TOTP, secret=sealing.seal("JBSWY3DP"))
    codes = factor(world, Authenticator.Type.RECOVERY_CODES, seed=sealing.seal("seed"), used_mask=5)
    passkey = factor(world, Authenticator.Type.WEBAUTHN, name="key", credential={"id": "x"})

    settings.KEYS = KeyRing.parse(f"{new}\n{old}")
    assert sealing.rotate_second_factors(by=HOUSE, now=NOON) == {"done": 2, "left": 0, "unreadable": 0}
    assert sealing.rotate_second_factors(by=HOUSE, now=NOON) == {"done": 0, "left": 0, "unreadable": 0}

    settings.KEYS = KeyRing.parse(new)
    for row in (totp, codes, passkey):
        row.refresh_from_db()
    assert sealing.unseal(totp.data["secret"]) == "JBSWY3DP"
    assert (sealing.unseal(codes.data["seed"]), codes.data["used_mask"]) == ("seed", 5)
    assert passkey.data["credential"] == {"id": "x"}


@pytest.mark.parametrize("line", ["a:", "a:dG9vIHNob3J0", f"a:{'A' * 88}", "a:ñ", ""])
def test_a_wrong_key_is_told_at_the_start_not_at_its_first_use(line: str) -> None:
    with pytest.raises(ValueError, match=r"key|ASCII"):
        KeyRing.parse(line)


def test_without_its_key_a_secret_stays_shut(world: World, settings: Any) -> None:
    sealed = sealing.seal("JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    settings.KEYS = KeyRing.parse(new_key())
    with pytest.raises(CannotOpen):
        sealing.unseal(sealed)
