"""How a channel is connected: Google's code flow, then the channel that the permission opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, Client, NotSent, Refused, address, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Disconnected, Found, Wires
from parvis.networks.google import Permission, Session, granted, judged, lasting
from parvis.networks.youtube.guide import AUDIT
from parvis.networks.youtube.limits import LIST, midnight, spend
from parvis.networks.youtube.words import ALIVE, WORDS

ROOT = "https://www.googleapis.com/auth/"
UPLOAD, READS, COMMENTS = f"{ROOT}youtube.upload", f"{ROOT}youtube.readonly", f"{ROOT}youtube.force-ssl"
SCOPES = (UPLOAD, READS, COMMENTS)
VERIFY = "https://www.youtube.com/verify"
LIBRARY = "https://console.cloud.google.com/apis/library/youtube.googleapis.com"


@dataclass(frozen=True, slots=True)
class Channels:
    """The door of YouTube. `base` is where its interface answers, `web` where its pages are."""

    permission: Permission
    base: str
    web: str

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the person is to be sent."""
        return self.permission.begin(redirect_uri, state, client)

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        """Exchange the code, and read which channel was chosen on Google's page."""
        tokens, ends_at = self.permission.exchange(http, memory, code)
        head = {"authorization": f"Bearer {tokens['access']}"}
        answer = http.ask("GET", f"{self.base}/youtube/v3/channels", params=_mine(), headers=head)
        found = tuple(Found(self._account(item), tokens, ends_at) for item in _channels(answer))
        return found[0] if len(found) == 1 else found

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the channel again."""
        answer = _read(account, wires)
        found = next((one for one in map(self._account, _channels(answer)) if one.remote_id == account.remote_id), None)
        if found is None:  # the permission opens another channel now
            raise Disconnected.by(answer.host)
        return found

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say what works: the interface, the permissions, long videos, the audit, the days that the permission lasts."""
        try:
            items = _channels(_read(account, wires))
        except (Refused, NotSent) as trouble:
            return (_unready(trouble), lasting(wires))
        return (*_permissions(granted(wires)), _long(items[0]), _audit(), lasting(wires))

    def _account(self, item: Mapping[str, Any]) -> Account:
        snippet = item.get("snippet") or {}
        name = identifier(item.get("id"))
        lists = (item.get("contentDetails") or {}).get("relatedPlaylists") or {}
        pictures = (snippet.get("thumbnails") or {}).get("default") or {}
        return Account(
            network="youtube",
            base=self.base,
            remote_id=name,
            handle=line(snippet.get("customUrl"), 100) or line(snippet.get("title"), 100),
            name=line(snippet.get("title")),
            url=f"{self.web}/channel/{name}",
            avatar=address(pictures.get("url")),
            limits={"uploads": identifier(lists.get("uploads"))},
        )


def _mine() -> dict[str, str]:
    return {"part": "snippet,contentDetails,status", "mine": "true"}


def _read(account: Account, wires: Wires) -> Answer:
    spend(wires, LIST, clock.now())
    return Session(wires, ALIVE).call("GET", f"{account.base}/youtube/v3/channels", params=_mine())


def _channels(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the channels in an answer, at least one. Raises Refused where the Google account has none."""
    if not answer.ok:
        raise judged(answer, WORDS, commit=False, day=midnight(clock.now()))
    items: list[Mapping[str, Any]] = [
        item for item in answer.mapping().get("items") or () if isinstance(item, dict) and identifier(item.get("id"))
    ]
    if not items:
        raise Refused(WORDS["youtubeSignupRequired"].why, WORDS["youtubeSignupRequired"].cure)
    return items


# ---- readiness


def _unready(trouble: Refused | NotSent) -> Check:
    if isinstance(trouble, NotSent):
        return Check("publish", "unknown", trouble.why, Say(gettext_noop("Ask again a little later.")))
    return Check(
        "publish", "bad", trouble.reason, trouble.cure, LIBRARY if trouble.reason.text == WORDS["accessNotConfigured"].why.text else ""
    )


def _permissions(given: frozenset[str]) -> Iterator[Check]:
    yield Check("publish", "good", Say(gettext_noop("Publishing videos works.")))
    if COMMENTS in given:
        yield Check("manage", "good", Say(gettext_noop("Changing and deleting videos, subtitles and comments works.")))
        return
    what = Say(gettext_noop("Videos can be published, but not changed or deleted; no subtitles, no first comment: a box was not ticked."))
    yield Check("manage", "limited", what, Say(gettext_noop("Connect the account again, and tick every box on Google’s page.")))


def _long(item: Mapping[str, Any]) -> Check:
    status = (item.get("status") or {}).get("longUploadsStatus")
    if status == "allowed":
        return Check("long", "good", Say(gettext_noop("Videos of more than 15 minutes are accepted.")))
    what = Say(
        gettext_noop(
            "YouTube refuses videos of more than 15 minutes, and maybe your own thumbnails, from a channel without a verified phone."
        )
    )
    return Check("long", "limited", what, Say(gettext_noop("Verify the channel with a phone number on YouTube.")), VERIFY)


def _audit() -> Check:
    what = Say(
        gettext_noop(
            "Google does not tell whether your project has passed its audit. "
            "As long as it has not, every video sent by Parvis stays private."
        )
    )
    cure = Say(gettext_noop("Ask for the audit with Google’s form. Meanwhile, make a video public by hand in YouTube Studio."))
    return Check("audit", "unknown", what, cure, AUDIT, asked=True)
