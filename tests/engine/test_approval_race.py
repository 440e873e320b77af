"""Two approvers at the very same moment, a yes that crosses a change: one of them happens, and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from parvis.delegation.approvals import Settled
from parvis.delegation.models import Approval, Decision, Stage, Verdict
from parvis.posts import approving
from parvis.posts import commands as posts
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from tests.rooms.agreement import acting, circuit, fresh, outside, proposed, step
from tests.world import NOON, World, build

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Begin all of these at the same moment; return what each raised."""
    gate, raised = Barrier(len(acts)), [None] * len(acts)

    def one(place: int) -> None:
        try:
            gate.wait()
            acts[place]()
        except Exception as error:
            raised[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(raised)


def deciding(world: World, approval: Approval, who: object, verdict: Verdict, words: str = "") -> Callable[[], object]:
    by = acting(world, who)  # type: ignore[arg-type]
    return lambda: approving.decide(approval=approval, verdict=verdict, by=by, now=NOON, words=words)


@pytest.mark.parametrize("other", [Verdict.YES, Verdict.NO])
def test_of_two_at_once_one_decides_and_the_other_is_told(other: Verdict) -> None:
    world = build()
    outside(world)
    _, approval = proposed(world)
    raised = together(
        deciding(world, fresh(approval), world.alice, Verdict.YES), deciding(world, fresh(approval), world.chloe, other, "Non.")
    )
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "Settled"]
    assert isinstance(next(filter(None, raised)), Settled)
    said = Decision.objects.get()
    assert fresh(approval).stage == (Stage.APPROVED if said.verdict == Verdict.YES else Stage.REFUSED)
    assert Delivery.objects.count() == (said.verdict == Verdict.YES)


def test_when_all_must_agree_and_do_so_at_once_it_leaves_once() -> None:
    world = build()
    outside(world)
    circuit(world, step("client", "all", world.alice, world.chloe))
    _, approval = proposed(world)
    raised = together(
        deciding(world, fresh(approval), world.alice, Verdict.YES), deciding(world, fresh(approval), world.chloe, Verdict.YES)
    )
    assert raised == [None, None]
    assert (fresh(approval).stage, Delivery.objects.count()) == (Stage.APPROVED, 1)


def test_a_yes_and_a_change_at_once_never_let_the_changed_text_out() -> None:
    world = build()
    outside(world)
    post, approval = proposed(world, "avant")
    bob, stored = acting(world, world.bob), Post.objects.get(pk=post.pk)

    def change() -> object:
        return posts.write(
            post=stored, by=bob, now=NOON, revision=stored.revision, title="", parts=["après"], language="fr", warning=""
        )  # fmt: skip

    together(deciding(world, fresh(approval), world.alice, Verdict.YES), change)
    left = [delivery.parcel["text"] for delivery in Delivery.objects.all()]
    assert left in ([], ["avant"])
    assert fresh(approval).stage == (Stage.APPROVED if left else Stage.GONE)
