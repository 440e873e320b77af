"""What waits for a person, in one definition for the home page and for the count in the rail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.audit.models import Chain
from parvis.channels.models import Channel
from parvis.delegation.approvals import OPEN
from parvis.delegation.circuits import APPROVES, POST
from parvis.delegation.models import Approval, Bearer, Side, Stage
from parvis.inbox.ears import listening
from parvis.inbox.models import Conversation, Message
from parvis.people.models import Company, Member
from parvis.people.rights import within
from parvis.posts.models import Departure, Post, Variant
from parvis.posts.queries import of
from parvis.publishing.models import Delivery
from parvis.publishing.states import WAITS_FOR_A_PERSON, State

# A refusal that nobody mends is put away by itself after a week; the post's page keeps it.
RECENT = timedelta(days=7)
MANY = 100


def decisions(company: Company, now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that a person must decide about, each the newest of its part of a post that is not put away."""
    newer = Departure.objects.filter(
        variant=OuterRef("departure__variant"), part=OuterRef("departure__part"), pk__gt=OuterRef("departure__pk")
    )
    pressing = Q(state__in=(State.ASKED, State.HANDED, State.HELD)) | Q(state=State.REFUSED, due_at__gte=now - RECENT)
    # The states are named apart as well, for the index: a page asks this of companies with tens of thousands of deliveries.
    rows = within(Delivery.objects.filter(pressing, company=company), company.only("posts.read"))
    rows = rows.filter(state__in=WAITS_FOR_A_PERSON, departure__variant__post__removed_at=None)
    # An answer to somebody has a place of its own on the page.
    rows = rows.filter(message=None)
    return rows.filter(~Exists(newer))


def confirmations(company: Company, now: datetime) -> QuerySet[Post]:
    """Return the posts that have an hour and are not what will leave: drafts with a date, and posts changed since they were sealed.

    One for which a yes is asked waits for that, and for nobody's confirmation. `sent_back`: somebody asked for changes.
    """
    asking = Approval.objects.filter(company=company, subject=POST, object_id=OuterRef("pk"), stage__in=OPEN)
    back = Approval.objects.filter(company=company, subject=POST, object_id=OuterRef("pk"), stage=Stage.CHANGES)
    timely = Q(scheduled=False, at__gte=now - RECENT) | Q(scheduled=True, at__gt=now)
    return of(company).filter(timely, ~Exists(asking), removed_at=None, unsure=True).annotate(sent_back=Exists(back))


# The same three questions in plain SQL: every page asks them, and building them from querysets costs ten times what running them does.
# Each is counted up to MANY, so that no page pays for what it does not show. The plus sign keeps SQLite from walking through all messages
# of the company by their date, where the index of the few that are under way is meant.
_ASKED = Approval._meta.db_table
_COUNT = f"""
SELECT c.id, c.name, c.slug, c.agency, m.role AS own_role, CASE WHEN m.granted OR m.role IN ('guest', 'mandated', 'made') THEN NULL ELSE (
  SELECT COUNT(*) FROM (
    SELECT DISTINCT x.variant_id FROM {Delivery._meta.db_table} d
    JOIN {Departure._meta.db_table} x ON x.delivery_id = d.id
    JOIN {Variant._meta.db_table} v ON v.id = x.variant_id
    JOIN {Post._meta.db_table} p ON p.id = v.post_id
    WHERE d.company_id = c.id AND p.removed_at IS NULL
      AND d.state IN ('asked', 'handed', 'held', 'refused') AND (d.state <> 'refused' OR d.due_at >= %(recent)s)
      AND NOT EXISTS (SELECT 1 FROM {Departure._meta.db_table} y WHERE y.variant_id = x.variant_id AND y.part = x.part AND y.id > x.id)
    LIMIT {MANY}) AS decisions
) + (
  SELECT COUNT(*) FROM (
    SELECT 1 FROM {Post._meta.db_table} p
    WHERE p.company_id = c.id AND p.removed_at IS NULL AND p.unsure
      AND (NOT p.scheduled AND p.at >= %(recent)s OR p.scheduled AND p.at > %(now)s)
      AND NOT EXISTS (SELECT 1 FROM {_ASKED} q WHERE q.subject = 'post' AND q.object_id = p.id AND q.stage IN ('waiting', 'held'))
    LIMIT {MANY}) AS confirmations
) + (
  SELECT COUNT(*) FROM {Channel._meta.db_table} a WHERE a.company_id = c.id AND a.state = 'dead'
) + (
  SELECT COUNT(*) FROM {Message._meta.db_table} s WHERE NOT (s.standing = '') AND s.standing = 'failed' AND +s.company_id = c.id
) END AS waiting, (
  SELECT COUNT(*) FROM (
    SELECT 1 FROM {_ASKED} w WHERE w.company_id = c.id AND w.stage IN ('waiting', 'held')
      AND m.role IN ('owner', 'approver') AND (w.side = 'client' OR w.mandate_id IS NULL) AND NOT w.outside
    LIMIT {MANY}) AS asked
) AS yeses, (
  SELECT COUNT(*) FROM (
    SELECT 1 FROM {Conversation._meta.db_table} t
    WHERE t.company_id = c.id AND t.status = 'open' AND t.waiting_since IS NOT NULL LIMIT {MANY}) AS talks
) AS unanswered, EXISTS (
  SELECT 1 FROM {Channel._meta.db_table} e WHERE e.company_id = c.id AND e.state <> 'closed' AND NOT e.by_hand AND e.network IN (%(ears)s)
) AS listens, EXISTS (
  SELECT 1 FROM {Chain._meta.db_table} j WHERE j.id = c.id AND j.torn_at IS NOT NULL
) AS torn%(own)s
FROM {Company._meta.db_table} c JOIN {Member._meta.db_table} m ON m.company_id = c.id
WHERE m.user_id = %(user)s ORDER BY c.name, c.id
"""  # noqa: S608 - the names of our own tables


def companies(user_id: int, now: datetime, inside: Company | None = None) -> list[Company]:
    """Return somebody's companies by name. One query.

    Each with `waiting` (how many things wait there, `yeses` of them for a yes) and `unanswered` (how many people do), each exact below
    MANY, and `listens`: it has an account that can be listened to; `torn`: its journal was found changed by hand. Where they see single
    accounts only, or have a role that the company made, `waiting` is None, but for the company that they are `inside` of: there all three
    count what they may see.
    """
    ears = {f"ear{place}": key for place, key in enumerate(listening() or [""])}
    sql = _COUNT.replace("%(ears)s", ", ".join(f"%({name})s" for name in ears))
    moments = {"recent": now - RECENT, "now": now}
    adapted = {name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()}
    columns, values = _counted(_seen(inside, now)) if inside is not None and inside.sight is not None else ("", {})
    found: list[Any] = list(Company.objects.raw(sql.replace("%(own)s", columns), {**adapted, **ears, **values, "user": user_id}))
    for company in found:
        if company.waiting is not None:
            company.waiting += company.yeses
        elif values and inside is not None and company.pk == inside.pk:
            company.waiting = company.own_posts + company.own_drafts + company.own_dead + company.own_yeses
            company.unanswered, company.yeses = company.own_talks, company.own_yeses
    return found


def _seen(company: Company, now: datetime) -> dict[str, QuerySet[Any, Any]]:
    """Return what waits on what whoever asks may see."""
    dead = within(Channel.objects.filter(company=company, state="dead"), company.only("channels.read"), "pk").values("pk")
    talks = Conversation.objects.filter(company=company, status="open", waiting_since__isnull=False)
    mine = Bearer.objects.filter(member__user=company.asker, mandate__company=company).values("mandate")
    inside = Q(side=Side.INSIDE, mandate__in=mine)
    agrees = [subject for subject, verb in APPROVES.items() if company.only(verb) is None]
    client = (Q(side=Side.CLIENT) | Q(mandate=None)) & Q(subject__in=agrees)
    yeses = Approval.objects.filter(inside | client, company=company, stage__in=OPEN).values("pk")
    return {
        "posts": decisions(company, now).values("departure__variant").distinct(), "drafts": confirmations(company, now).values("pk"),
        "dead": dead, "yeses": yeses, "talks": within(talks, company.only("inbox.read")).values("pk"),
    }  # fmt: skip


def _counted(wanted: Mapping[str, QuerySet[Any, Any]]) -> tuple[str, dict[str, Any]]:
    """Return columns (`own_…`) that count each of these up to MANY, and their values by name: they go into the question of every page."""
    columns, values = "", dict[str, Any]()
    for name, rows in wanted.items():
        try:
            sql, given = rows.order_by()[:MANY].query.sql_with_params()
        except EmptyResultSet:
            sql, given = "SELECT 1 WHERE 1 = 0", ()
        named = {f"{name}{place}": value for place, value in enumerate(given)}
        for key in named:
            sql = sql.replace("%s", f"%({key})s", 1)
        columns += f", (SELECT COUNT(*) FROM ({sql}) AS of_{name}) AS own_{name}"  # noqa: S608 - written by the ORM
        values |= named
    return columns, values
