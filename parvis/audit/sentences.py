"""What the journal says of each verb, for a person. Every verb that is recorded anywhere stands here."""

from __future__ import annotations

from parvis.audit.models import Entry
from parvis.core.say import Say, gettext_noop

SENTENCES: dict[str, str] = {
    "channels:app:forgotten": gettext_noop("%(who)s erased the application for %(label)s"),
    "channels:app:saved": gettext_noop("%(who)s kept the application for %(label)s"),
    "channels:ceiling:removed": gettext_noop("%(who)s took the spending ceiling of %(label)s away"),
    "channels:ceiling:set": gettext_noop("%(who)s set the spending ceiling of %(label)s: $%(dollars)s a month"),
    "channels:channel:checked": gettext_noop("%(who)s had the account %(label)s checked"),
    "channels:channel:closed": gettext_noop("%(who)s took the account %(label)s away"),
    "channels:channel:connected": gettext_noop("%(who)s connected the account %(label)s"),
    "channels:channel:died": gettext_noop("The account %(label)s no longer lets us in"),
    "channels:channel:reconnected": gettext_noop("%(who)s connected the account %(label)s again"),
    "channels:channel:opened_by_hand": gettext_noop("%(who)s added the account %(label)s, to publish by hand"),
    "channels:channel:renamed": gettext_noop("%(who)s changed how the account %(label)s is called"),
    "channels:channel:taken_over": gettext_noop("%(who)s connected the account %(label)s, where they published by hand"),
    "channels:channel:to_hand": gettext_noop("%(who)s chose to publish by hand with the account %(label)s"),
    "channels:connection:begun": gettext_noop("%(who)s began to connect an account on %(label)s"),
    "channels:seals:rotated": gettext_noop("%(who)s sealed the keys of the accounts anew"),
    "media:asset:described": gettext_noop("%(who)s described “%(label)s”"),
    "media:asset:people_said": gettext_noop("%(who)s said whether people can be recognised on “%(label)s”"),
    "media:asset:removed": gettext_noop("%(who)s took “%(label)s” off the shelf"),
    "media:asset:restored": gettext_noop("%(who)s put “%(label)s” back on the shelf"),
    "media:asset:taken": gettext_noop("%(who)s added “%(label)s”"),
    "media:making:asked": gettext_noop("%(who)s had “%(label)s” made to fit again"),
    "media:making:cancelled": gettext_noop("%(who)s stopped making “%(label)s” fit"),
    "media:making:done": gettext_noop("%(who)s made “%(label)s” fit a network"),
    "media:making:failed": gettext_noop("%(who)s could not make “%(label)s” fit a network"),
    "media:video:cut": gettext_noop("%(who)s cut “%(label)s”: from %(start)s to %(end)s seconds"),
    "media:video:still_chosen": gettext_noop("%(who)s chose the still of “%(label)s”"),
    "media:video:still_left": gettext_noop("%(who)s left the still of “%(label)s” to each network"),
    "media:video:whole": gettext_noop("%(who)s shows “%(label)s” whole again"),
    "media:consent:noted": gettext_noop("%(who)s noted a person’s consent for “%(label)s”"),
    "media:consent:reinstated": gettext_noop("%(who)s noted that a consent for “%(label)s” holds again"),
    "media:consent:withdrawn": gettext_noop("%(who)s noted that a consent for “%(label)s” was withdrawn"),
    "people:company:changed": gettext_noop("%(who)s changed the company’s settings"),
    "people:company:started": gettext_noop("%(who)s founded %(label)s"),
    "people:email:changed": gettext_noop("%(who)s changed their e-mail address"),
    "people:email:removed": gettext_noop("%(who)s gave up an e-mail address that was waiting"),
    "people:invitation:accepted": gettext_noop("%(label)s accepted an invitation, as %(role)s"),
    "people:invitation:sent": gettext_noop("%(who)s invited %(label)s, as %(role)s"),
    "people:invitation:withdrawn": gettext_noop("%(who)s withdrew the invitation of %(label)s"),
    "people:mails:turned_off": gettext_noop("%(who)s turned the company’s mails off for themselves"),
    "people:mails:turned_on": gettext_noop("%(who)s turned the company’s mails on for themselves"),
    "people:member:given_role": gettext_noop("%(who)s made %(label)s %(role)s instead of %(before)s"),
    "people:member:left": gettext_noop("%(who)s left the company"),
    "people:member:removed": gettext_noop("%(who)s removed %(label)s from the company"),
    "people:passkey:added": gettext_noop("%(who)s added a passkey to their account"),
    "people:passkey:removed": gettext_noop("%(who)s removed a passkey from their account"),
    "people:password:changed": gettext_noop("%(who)s changed their password"),
    "people:password:reset": gettext_noop("%(who)s chose a new password by mail"),
    "people:password:set": gettext_noop("%(who)s chose a password"),
    "people:person:changed": gettext_noop("%(who)s changed their name or their language"),
    "people:person:joined": gettext_noop("%(who)s opened an account"),
    "people:person:settled": gettext_noop("%(who)s chose an e-mail address and a password"),
    "people:recovery_codes:renewed": gettext_noop("%(who)s made new recovery codes"),
    "people:seals:rotated": gettext_noop("%(who)s sealed the second factors anew"),
    "people:second_factor:added": gettext_noop("%(who)s turned the codes of an application on"),
    "people:second_factor:removed": gettext_noop("%(who)s turned the codes of an application off"),
    "posts:batch:confirmed": gettext_noop("%(who)s imported the publications of the file %(label)s"),
    "posts:batch:read": gettext_noop("%(who)s had the file %(label)s read"),
    "posts:post:declared": gettext_noop("%(who)s declared how “%(label)s” was made, or that it is paid for"),
    "posts:post:duplicated": gettext_noop("%(who)s made a copy of “%(label)s”"),
    "posts:post:mended": gettext_noop("%(who)s mended “%(label)s” and sent it again"),
    "posts:post:moved": gettext_noop("%(who)s moved “%(label)s” to another hour"),
    "posts:post:removed": gettext_noop("%(who)s removed “%(label)s”"),
    "posts:post:restored": gettext_noop("%(who)s put “%(label)s” back"),
    "posts:post:scheduled": gettext_noop("%(who)s scheduled “%(label)s”"),
    "posts:post:started": gettext_noop("%(who)s began “%(label)s”"),
    "posts:post:unscheduled": gettext_noop("%(who)s took “%(label)s” back before it left"),
    "posts:post:written": gettext_noop("%(who)s changed “%(label)s”"),
    "posts:remark:muted": gettext_noop("%(who)s put the remark %(rule)s aside on “%(label)s”"),
    "posts:remark:unmuted": gettext_noop("%(who)s wants the remark %(rule)s said again on “%(label)s”"),
    "posts:slot:added": gettext_noop("%(who)s added a weekly time: %(label)s"),
    "posts:slot:removed": gettext_noop("%(who)s removed a weekly time: %(label)s"),
    "posts:variant:shaped": gettext_noop("%(who)s chose another form of “%(label)s” for %(account)s"),
    "publishing:delivery:cancelled": gettext_noop("%(who)s took the departure of %(label)s back"),
    "publishing:delivery:found": gettext_noop("%(who)s said that %(label)s is on the network"),
    "publishing:delivery:moved": gettext_noop("%(who)s moved the departure of %(label)s"),
    "publishing:delivery:published": gettext_noop("%(who)s published %(label)s by hand"),
    "publishing:delivery:released": gettext_noop("%(who)s let %(label)s leave after all"),
    "publishing:delivery:removal_asked": gettext_noop("%(who)s asked to take %(label)s off the network"),
    "publishing:delivery:resealed": gettext_noop("%(who)s changed what leaves with %(label)s"),
    "publishing:delivery:scheduled": gettext_noop("%(who)s planned the departure of %(label)s"),
    "publishing:delivery:sent_again": gettext_noop("%(who)s decided to send %(label)s again"),
    "publishing:delivery:unpublished": gettext_noop("%(who)s took back the word that %(label)s is published"),
    "voice:limit:set": gettext_noop("%(who)s set the threshold %(label)s to %(most)s instead of %(before)s"),
    "voice:rule:made_error": gettext_noop("%(who)s made the rule %(label)s an error: %(reason)s"),
    "voice:rule:made_tip": gettext_noop("%(who)s made the rule %(label)s a tip: %(reason)s"),
    "voice:rule:made_warning": gettext_noop("%(who)s made the rule %(label)s a warning: %(reason)s"),
    "voice:rule:put_back": gettext_noop("%(who)s put the rule %(label)s back as it comes"),
    "voice:rule:switched_off": gettext_noop("%(who)s switched the rule %(label)s off: %(reason)s"),
    "voice:sales:put_back": gettext_noop("%(who)s put the %(label)s %(year)s back on their usual days"),
    "voice:sales:set": gettext_noop("%(who)s set the %(label)s %(year)s: from %(first)s to %(last)s"),
    "voice:voice:changed": gettext_noop("%(who)s changed the company’s voice: %(what)s"),
}
ANY = gettext_noop("%(who)s changed something: %(label)s")


def sentence(entry: Entry) -> Say:
    """Return the sentence of an entry, with its facts; what no sentence names is still shown, by its label."""
    facts = {key: value for key, value in entry.facts.items() if isinstance(value, str | int)}
    facts |= {"who": entry.who, "label": entry.label or entry.verb}
    text = SENTENCES.get(entry.verb, ANY)
    try:
        text % facts
    except KeyError:
        text = ANY
    return Say(text, facts)
