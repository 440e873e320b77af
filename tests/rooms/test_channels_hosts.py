"""People write the address of a server in many ways; one address comes of it, or a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.channels.hosts import NotAHost, host_of


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("piaille.fr", "piaille.fr"),
        ("  Piaille.FR. ", "piaille.fr"),
        ("https://piaille.fr", "piaille.fr"),
        ("https://piaille.fr/@lenoir", "piaille.fr"),
        ("piaille.fr/@lenoir", "piaille.fr"),
        ("@lenoir@piaille.fr", "piaille.fr"),
        ("lenoir@piaille.fr", "piaille.fr"),
        ("https://piaille.fr:443/", "piaille.fr"),
        ("http://127.0.0.1:4010", "127.0.0.1:4010"),
        ("localhost:4010", "localhost:4010"),
        ("piaille.fr:8443", "piaille.fr:8443"),
        ("café.example", "xn--caf-dma.example"),
        ("https://CAFÉ.example/about", "xn--caf-dma.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_what_people_paste_becomes_one_address(typed: str, host: str) -> None:
    assert host_of(typed) == host


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "@",
        "@lenoir",
        "my server",
        "ftp://piaille.fr",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "piaille..fr",
        "-piaille.fr",
        "piaille.fr:port",
        "piaille.fr:99999999",
        "https://",
        "[::1",
        "a" * 300,
        "pia_ille?fr#x",
        "piaille.fr\r\nHost: evil",
    ],
)
def test_what_is_no_address_gets_a_sentence(typed: str) -> None:
    with pytest.raises(NotAHost) as told:
        host_of(typed)
    assert "address of a server" in str(told.value.why)


@given(st.text())
def test_anything_typed_gives_an_address_or_a_sentence(typed: str) -> None:
    try:
        host = host_of(typed)
    except NotAHost:
        return
    assert host == host.lower()
    assert host.isascii()
    assert not set(host) & set(" /@?#\\\r\n\t")
    assert host_of(host) == host
