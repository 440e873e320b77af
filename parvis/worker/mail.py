"""The mail that says loudly what went wrong: to the members who may decide, in their language, with the page to open."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.audit import watching
from parvis.audit.models import Chain
from parvis.audit.verifying import Finding
from parvis.channels.commands import note_told, note_told_end
from parvis.channels.models import Channel
from parvis.channels.queries import endings, known, spec_of, untold_dead
from parvis.core.say import Say
from parvis.inbox import news, warning
from parvis.inbox.models import Conversation, News
from parvis.media.models import Making
from parvis.people.models import Company, Member
from parvis.people.permissions import ALLOWED
from parvis.publishing import handing, judging, rounds
from parvis.publishing.models import Delivery
from parvis.publishing.queries import name_of, silent, unmailed
from parvis.publishing.spending import for_money
from parvis.publishing.states import State

log = logging.getLogger(__name__)
MOST = 200
MOST_SHOWN, MOST_WORDS = 20, 400
# Whoever waits less is still on the page.
LONG = timedelta(minutes=2)
OWNERS = [role for role, verbs in ALLOWED.items() if "company.change" in verbs]
DECIDERS = [role for role, verbs in ALLOWED.items() if "deliveries.decide" in verbs]


def any_untold(now: datetime) -> bool:
    """Tell whether there is anything to write about."""
    return unmailed().exists() or untold_dead().exists() or judging.untold(now).exists()


def tell(now: datetime) -> None:
    """Write to people about deliveries that wait for them and about accounts that must be connected again.

    Each is marked once a mail about it has left: a death in between costs a second mail, never a lost one.
    """
    untold = sorted([*unmailed()[:MOST], *judging.untold(now)[:MOST]], key=lambda delivery: delivery.company_id)
    for company, group in groupby(untold, key=lambda delivery: delivery.company):
        deliveries = list(group)
        if _send(company, lambda company=company, deliveries=deliveries: _about(company, deliveries)):  # type: ignore[misc]
            rounds.note_mailed(deliveries, now)
    for company, dead in groupby(untold_dead().order_by("company_id", "id")[:MOST], key=lambda channel: channel.company):
        channels = list(dead)
        if _send(company, lambda company=company, channels=channels: _about_dead(company, channels)):  # type: ignore[misc]
            for channel in channels:
                note_told(channel_id=channel.pk, now=now)


def any_ending(now: datetime) -> bool:
    """Tell whether an authorisation ends soon and nobody was written to about it at this distance."""
    return endings(now).exists()


def tell_endings(now: datetime) -> None:
    """Write to people about authorisations that end soon and cannot renew themselves, once at each distance of `readiness.NOTICE`."""
    for company, group in groupby(endings(now)[:MOST], key=lambda channel: channel.company):
        channels = list(group)
        if _send(company, lambda company=company, channels=channels: _about_endings(company, channels)):  # type: ignore[misc]
            for channel in channels:
                note_told_end(channel_id=channel.pk, now=now)


def remind(now: datetime) -> None:
    """Write once more about what a person has had in hand for half of their company's patience; never a third time."""
    for company, group in groupby(handing.to_remind(now, MOST), key=lambda delivery: delivery.company):
        deliveries = list(group)
        if _send(company, lambda company=company, deliveries=deliveries: _reminder(company, deliveries)):  # type: ignore[misc]
            handing.note_reminded(deliveries, now)


def any_torn(now: datetime) -> bool:
    """Tell whether a journal was found changed by hand and its owners do not know."""
    return watching.untold().exists()


def tell_torn(now: datetime) -> None:
    """Write to the owners of companies whose journal was found changed by hand, once for each time."""
    for chain in watching.untold()[:MOST]:
        company = Company.objects.filter(pk=chain.pk).first()
        if company is None or write_to(company, OWNERS, lambda company=company, chain=chain: _about_torn(company, chain)):  # type: ignore[misc]
            watching.note_told(at=chain.pk, now=now)


def tell_quiet(now: datetime) -> None:
    """Write to the people of companies from which nothing has left for a while, once for each such while."""
    for company in silent(now):
        name, every = f"quiet:{company.pk}", timedelta(days=company.quiet_days)
        if rounds.claim(name, every, now) and not _send(company, lambda company=company: _about_quiet(company)):  # type: ignore[misc]
            rounds.again_at(name, now)


def warn(now: datetime) -> None:
    """Write to whoever should answer before the promised hour has come; each conversation is told of once."""
    for company, group in groupby(warning.to_warn(now), key=lambda conversation: conversation.company):
        conversations = list(group)
        told = [_warned(company, member, theirs, now) for member, theirs in warning.readers(company, conversations)]
        if any(told) or not told:
            warning.note_warned(conversations=conversations, now=now)


def _warned(company: Company, member: Member, conversations: list[Conversation], now: datetime) -> bool:
    with translation.override(member.user.language or company.language):
        subject, body = _about_waiting(company, conversations, now)
    try:
        return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [member.user.email]).send() > 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail for company %s could not be sent: %s", company.pk, type(error).__name__)
        return False


def tell_followers(now: datetime) -> None:
    """Write to whoever follows conversations what colleagues did in them, all of it in one mail."""
    for member, told in news.due(now):
        if member is None or _told_news(member, told):
            news.done(told)


def _told_news(member: Member, told: list[News]) -> bool:
    company = member.company
    with translation.override(member.user.language or company.language):
        subject, body = _about_news(company, member, told)
    try:
        return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [member.user.email]).send() > 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail for company %s could not be sent: %s", company.pk, type(error).__name__)
        return False


def tell_made(making: Making, now: datetime) -> None:
    """Write to whoever had a video made, where it took so long that they have left the page."""
    if making.state not in {"done", "failed"} or now - making.created_at < LONG:
        return
    company = making.asset.company
    for member in [one for one in _readers(company) if one.user_id == making.rule.get("by")]:
        with translation.override(member.user.language or company.language):
            subject, body = _about_made(company, making)
        try:
            EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [member.user.email]).send()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail about making %s could not be sent: %s", making.pk, type(error).__name__)


def _send(company: Company, write: Callable[[], tuple[str, str]]) -> bool:
    return write_to(company, DECIDERS, write)


def write_to(company: Company, roles: Collection[str], write: Callable[[], tuple[str, str]]) -> bool:
    """Send one mail to each member with such a role; False when none could be sent and somebody should have had one."""
    tried = left = 0
    for member in _readers(company, roles):
        with translation.override(member.user.language or company.language):
            subject, body = write()
        tried += 1
        try:
            left += EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [member.user.email]).send()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail for company %s could not be sent: %s", company.pk, type(error).__name__)
    return left > 0 or tried == 0


def _readers(company: Company, roles: Collection[str] = DECIDERS) -> Iterable[Member]:
    members = Member.objects.filter(company=company, mails=True, role__in=roles, user__is_active=True, user__provisional=False)
    return members.select_related("user").order_by("id")


# ---- what is written


def _about(company: Company, deliveries: list[Delivery]) -> tuple[str, str]:
    count = len(deliveries)
    subject = _subject(deliveries) % {"company": company.name, "count": count, "subject": deliveries[0].subject[:80]}
    parts = [_("Hello,"), *(_item(company, delivery) for delivery in deliveries[:MOST_SHOWN])]
    if count > MOST_SHOWN:
        parts.append(_("… and %(count)s more: %(page)s") % {"count": count - MOST_SHOWN, "page": page(company)})
    return line(subject), "\n\n".join([*parts, _foot(company)])


def _subject(deliveries: list[Delivery]) -> str:
    count = len(deliveries)
    if count == 1 and deliveries[0].state == State.HANDED:
        return _("%(company)s: publish “%(subject)s” now")
    return ngettext("%(company)s: one publication needs you", "%(company)s: %(count)s publications need you", count)


def _reminder(company: Company, deliveries: list[Delivery]) -> tuple[str, str]:
    count = len(deliveries)
    subject = ngettext(
        "%(company)s: “%(subject)s” still waits to be published", "%(company)s: %(count)s publications still wait to be published", count
    ) % {"company": company.name, "count": count, "subject": deliveries[0].subject[:80]}  # fmt: skip
    last = _("This is the only reminder. It stays on your page of today until you say what became of it.")
    return line(subject), "\n\n".join([_("Hello,"), *(_item(company, one) for one in deliveries[:MOST_SHOWN]), last, _foot(company)])


def _item(company: Company, delivery: Delivery) -> str:
    facts = {
        "subject": _said(name_of(delivery).to_json()),
        "account": delivery.channel.handle,
        "network": _network(delivery.channel),
        "hour": date_format(delivery.due_at.astimezone(ZoneInfo(company.timezone)), "SHORT_DATETIME_FORMAT"),
    }
    heads = {
        State.REFUSED: _("“%(subject)s” was refused by %(network)s (%(account)s, %(hour)s)."),
        State.ASKED: _("We do not know whether “%(subject)s” is on %(network)s (%(account)s, %(hour)s)."),
        State.HANDED: _("“%(subject)s” is for you to publish on %(network)s (%(account)s, %(hour)s).")
        if facts["account"] != facts["network"]
        else _("“%(subject)s” is for you to publish on %(network)s (%(hour)s)."),
        State.SENT: _("“%(subject)s” was published on %(network)s, but something is wrong with it (%(account)s, %(hour)s)."),
        State.HELD: _("“%(subject)s” is late and waits for your word (%(network)s, %(account)s, %(hour)s)."),
    }
    told = delivery.told or {}
    words = [_said(told.get("why")), _said(told.get("cure"))]
    in_hand = delivery.state == State.HANDED
    if in_hand:
        words.append(_("Its card has the text to copy, the pictures and the page to open:"))
    address = page(company, f"deliveries/{delivery.pk}/hand/" if in_hand else f"deliveries/{delivery.pk}/")
    head = (
        _("“%(subject)s” waits for your word (%(network)s, %(account)s, %(hour)s).")
        if for_money(delivery)
        else heads[State(delivery.state)]
    )
    return "\n".join([head % facts, *filter(None, words), address])


def _about_dead(company: Company, channels: list[Channel]) -> tuple[str, str]:
    subject = _("%(company)s: an account must be connected again") % {"company": company.name}
    lines = [
        _("Parvis can no longer publish on %(network)s as %(account)s.") % {"network": _network(channel), "account": channel.handle}
        + f"\n{_said(channel.why_dead)}\n{page(company, f'settings/channels/{channel.pk}/mend/')}"
        for channel in channels
    ]
    mend = _("Nothing is lost: what was to leave waits for you. Open the page above and connect the account again.")
    return line(subject), "\n\n".join([_("Hello,"), *lines, mend, _foot(company)])


def _about_torn(company: Company, chain: Chain) -> tuple[str, str]:
    subject = _("%(company)s: the journal is no longer whole") % {"company": company.name}
    head = _("Somebody changed the journal of %(company)s without passing through Parvis, in the database itself. This was found:")
    found = ["– " + _said(Finding.from_json(one).say().to_json()) for one in chain.findings[:MOST_SHOWN]]
    kept = _("Everything else in it still holds, and Parvis goes on writing it. Nothing was stopped.")
    do = _("Ask whoever keeps the server who can write into its database, and compare with a backup: “parvis audit verify” says it again.")
    lines = [_("Hello,"), head % {"company": company.name}, "\n".join(found), kept, do, page(company, "settings/journal/")]
    return line(subject), "\n\n".join([*lines, _foot(company)])


def _about_endings(company: Company, channels: list[Channel]) -> tuple[str, str]:
    subject = _("%(company)s: an account must soon be connected again") % {"company": company.name}
    lines = [
        _("%(network)s lets Parvis publish as %(account)s until %(day)s, and does not let Parvis renew that without you.")
        % {"network": _network(channel), "account": channel.handle, "day": _day(company, channel.ends_at)}
        + f"\n{page(company, f'settings/channels/{channel.pk}/mend/')}"
        for channel in channels
    ]
    mend = _("Open the page above and connect the account again before then: it takes a minute, and nothing of what is planned changes.")
    return line(subject), "\n\n".join([_("Hello,"), *lines, mend, _foot(company)])


def _about_quiet(company: Company) -> tuple[str, str]:
    subject = _("%(company)s has been quiet for %(days)s days") % {"company": company.name, "days": company.quiet_days}
    text = _(
        "Nothing has left for your networks for %(days)s days, and nothing is scheduled. A photo and two sentences are enough: %(page)s"
    )
    return line(subject), "\n\n".join([_("Hello,"), text % {"days": company.quiet_days, "page": page(company)}, _foot(company)])


def _about_waiting(company: Company, conversations: list[Conversation], now: datetime) -> tuple[str, str]:
    count = len(conversations)
    first = conversations[0]
    facts = {"company": company.name, "count": count, "name": _called(first)}
    subject = ngettext("%(company)s: %(name)s waits for an answer", "%(company)s: %(count)s people wait for an answer", count) % facts
    items = [_waiting(company, one, now) for one in conversations[:MOST_SHOWN]]
    if count > MOST_SHOWN:
        items.append(_("… and %(count)s more: %(page)s") % {"count": count - MOST_SHOWN, "page": page(company, "inbox/")})
    return line(subject), "\n\n".join([_("Hello,"), *items, _foot(company)])


def _waiting(company: Company, conversation: Conversation, now: datetime) -> str:
    due = conversation.due_at or now
    facts = {
        "name": _called(conversation),
        "network": _network(conversation.channel),
        "hour": date_format(due.astimezone(ZoneInfo(company.timezone)), "SHORT_DATETIME_FORMAT"),
    }
    late = _("%(name)s (%(network)s) should have had an answer by %(hour)s:")
    head = (late if due < now else _("%(name)s (%(network)s) is promised an answer by %(hour)s:")) % facts
    return "\n".join([head, conversation.last_words, page(company, f"inbox/{conversation.pk}/")])


def _about_news(company: Company, member: Member, told: list[News]) -> tuple[str, str]:
    talks = {one.conversation_id: one.conversation for one in told}
    facts = {"company": company.name, "count": len(talks), "name": _called(told[0].conversation)}
    subject = ngettext(
        "%(company)s: news in the conversation with %(name)s", "%(company)s: news in %(count)s conversations that you follow", len(talks)
    ) % facts  # fmt: skip
    items = [_news_of(company, member, talk, [one for one in told if one.conversation_id == pk]) for pk, talk in talks.items()]
    if len(items) > MOST_SHOWN:
        rest = _("… and %(count)s more: %(page)s") % {"count": len(items) - MOST_SHOWN, "page": page(company, "inbox/")}
        items = [*items[:MOST_SHOWN], rest]
    stop = _("“Follow no longer” in a conversation ends its mails.")
    return line(subject), "\n\n".join([_("Hello,"), *items, stop, _foot(company)])


def _news_of(company: Company, member: Member, talk: Conversation, told: list[News]) -> str:
    head = _("%(name)s (%(network)s):") % {"name": _called(talk), "network": _network(talk.channel)}
    return "\n".join([head, *(_one_news(one, member) for one in told), page(company, f"inbox/{talk.pk}/")])


def _one_news(one: News, member: Member) -> str:
    who = one.by.called if one.by else _("Somebody")
    owner = one.conversation.assigned_to
    words = one.message.words if one.message else one.note.words if one.note else ""
    if one.what == "assigned":
        mine = owner is not None and owner.pk == member.user_id
        said = _("%(who)s gave it to you.") if mine else _("%(who)s gave it to %(to)s.")
        return said % {"who": who, "to": owner.called if owner else _("Nobody in particular")}
    said = _("%(who)s answered: %(words)s") if one.what == "answered" else _("%(who)s noted, for colleagues: %(words)s")
    text = " ".join(words.split())
    return said % {"who": who, "words": text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1]}…"}


def _called(conversation: Conversation) -> str:
    return conversation.person.called if conversation.person else conversation.channel.handle


def _about_made(company: Company, making: Making) -> tuple[str, str]:
    facts = {"name": making.asset.name, "company": company.name}
    address = page(company, f"media/{making.asset_id}/")
    if making.state == "done":
        subject, text = _("%(company)s: “%(name)s” is ready"), _("Your video “%(name)s” now fits the network it is for: it can leave.")
    else:
        subject, text = _("%(company)s: “%(name)s” could not be made ready"), _said(making.told)
    return line(subject % facts), "\n\n".join([_("Hello,"), text % facts if making.state == "done" else text, address, _foot(company)])


def _foot(company: Company) -> str:
    return _("You can turn these mails off in the settings of %(company)s.") % {"company": company.name} + f"\n{page(company)}"


def _day(company: Company, moment: datetime | None) -> str:
    return date_format(moment.astimezone(ZoneInfo(company.timezone)), "DATE_FORMAT") if moment else ""


def _said(kept: dict[str, object] | None) -> str:
    """Say a kept sentence in the language in force."""
    say = Say.from_json(kept)
    return _(say.text) % say.facts if say else ""


def _network(channel: Channel) -> str:
    return spec_of(channel).name if known(channel) else channel.network


def page(company: Company, rest: str = "") -> str:
    """Return the address of a page of a company."""
    return f"{settings.PUBLIC_URL}/c/{company.slug}/{rest}"


def line(subject: str) -> str:
    """Put a subject into one line."""
    return " ".join(subject.split())
