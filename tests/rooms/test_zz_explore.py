from __future__ import annotations
from datetime import timedelta, date
import pytest
from django.test import Client
from parvis.core import clock
from parvis.delegation import approvals, linking
from parvis.delegation import commands as dcommands
from parvis.delegation.models import *
from parvis.people.models import *
from parvis.people.permissions import NotAllowed
from parvis.people import commands as pcommands
from parvis.posts import approving, commands as posts
from parvis.posts.models import Post, Variant, Batch
from parvis.posts.importing import import_csv, confirm_csv
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.publishing import handing, commands as engine
from tests.rooms.agreement import LATER, acting, bearer, circuit, fresh, mandate, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, stand, typed
from tests.rooms.mandates import agency_of, marc, mandate_of
from tests.world import NOON, World
pytestmark = pytest.mark.django_db

@pytest.fixture(autouse=True)
def hour(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)

def yes(world, approval, who=None):
    return approving.decide(approval=approval, verdict=Verdict.YES, by=acting(world, who or world.alice), now=NOON)

def enter(user):
    c = Client(raise_request_exception=False); c.force_login(user); return c

def test_inside_circuit_single(world):
    _, paul = outside(world)
    circuit(world, step("inside"))
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, paul), now=NOON)
    assert left.asked and not Delivery.objects.exists()

def test_inside_circuit_colleague(world):
    held, paul = outside(world)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, paul), now=NOON)
    try:
        yes(world, left.asked, nina)
    except NotAllowed:
        pass
    assert not Delivery.objects.exists()

def test_inside_limits(world):
    held, paul = outside(world, alone={"posts": "all", "answers": "all"}, posts_a_month=0)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, paul), now=NOON)
    try:
        yes(world, left.asked, nina)
    except NotAllowed:
        pass
    assert not Delivery.objects.exists()

def test_inside_after_end(world):
    held, paul = outside(world, alone={"posts": "all", "answers": "all"}, last_day=NOON.date())
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, paul), now=NOON)
    try:
        yes(world, left.asked, nina)
    except NotAllowed:
        pass
    assert not Delivery.objects.exists()

def test_demoted_link(world):
    outside(world)
    _, approval = proposed(world)
    link = linking.make(approval=approval, name="X", by=acting(world, world.chloe), now=NOON)
    Member.objects.filter(user=world.chloe).update(role=Role.EDITOR)
    r = Client().post(f"/yes/{linking.token_of(link)}/decision/", {"verdict": "yes"})
    print(r.status_code)
    assert not Delivery.objects.exists()

def test_approver_bearing(world):
    held = mandate(world, channel(world).pk)
    place = Member.objects.get(user=world.chloe)
    Bearer.objects.create(mandate=held, member=place, since=NOON)
    Member.objects.filter(pk=place.pk).update(granted=True)
    left = approving.leave(post=idea(world), at=TOMORROW, by=acting(world, world.chloe), now=NOON)
    assert left.asked and not Delivery.objects.exists()

def test_card_hour_multi(world):
    one, other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    held = mandate(world, one.pk, other.pk); paul = bearer(world, held)
    post, approval = proposed(world)
    yes(world, approval)
    d = deliveries(post)
    assert len(d) == 2
    r = enter(paul).post(f"/c/lenoir/deliveries/{d[0].pk}/hand/hour/", {"in": "60"})
    print(r.status_code)
    assert Delivery.objects.get(pk=d[0].pk).due_at == TOMORROW

def test_card_hour_single(world):
    _, paul = outside(world)
    post, approval = proposed(world)
    yes(world, approval)
    d = deliveries(post)
    r = enter(paul).post(f"/c/lenoir/deliveries/{d[0].pk}/hand/hour/", {"in": "60"})
    assert r.status_code != 500
    assert Delivery.objects.get(pk=d[0].pk).due_at == TOMORROW

def test_release_held(world):
    _, paul = outside(world)
    post, approval = proposed(world)
    yes(world, approval)
    d = deliveries(post)[0]
    stand(d, State.HELD)
    r = enter(paul).post(f"/c/lenoir/deliveries/{d.pk}/now/")
    assert Delivery.objects.get(pk=d.pk).state == State.HELD

def test_move_owner_post_beyond_end(world):
    held, paul = outside(world, alone={"posts": "all"}, last_day=NOON.date() + timedelta(days=3))
    post = scheduled(world)
    try:
        posts.move(post=post, at=NOON + timedelta(days=30), by=acting(world, paul), now=NOON)
    except Exception as e: print(repr(e))
    assert deliveries(post)[0].due_at == TOMORROW

def test_taken_back_yes(world):
    _, paul = outside(world)
    post, approval = proposed(world)
    yes(world, approval)
    post.refresh_from_db()
    posts.unschedule(post=post, by=acting(world, world.alice), now=NOON)
    post.refresh_from_db()
    left = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON)
    assert left.asked

def test_mend_taken_back(world):
    one, other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    held = mandate(world, one.pk, other.pk); paul = bearer(world, held)
    post, approval = proposed(world)
    yes(world, approval)
    post.refresh_from_db()
    posts.unschedule(post=post, by=acting(world, world.alice), now=NOON, channel_id=one.pk)
    r = enter(paul).post(f"/c/lenoir/posts/{post.pk}/mending/?channel={one.pk}")
    st = [d.state for d in deliveries(post) if d.channel_id == one.pk]
    assert st == [State.CANCELLED]

def test_batch_reading(world):
    one, other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    held = mandate(world, one.pk); paul = bearer(world, held)
    b = import_csv(company=world.bakery, content="date;text;comptes\n24/12/2026;Secret de Noel;mastodon\nxx;Brise;mastodon\n".encode(), name="f.csv", by=acting(world, world.bob), now=NOON)
    c = enter(paul)
    r = c.get(f"/c/lenoir/posts/import/{b.pk}/"); r2 = c.get(f"/c/lenoir/posts/import/{b.pk}/refused.csv"); r3 = c.get("/c/lenoir/posts/import/")
    print(r.status_code, r2.status_code, r3.status_code)
    assert "Secret" not in r.content.decode() and "Brise" not in r2.content.decode() and "f.csv" not in r3.content.decode()

def test_batch_by_approver(world):
    channel(world)
    b = import_csv(company=world.bakery, content="date;text\n24/12/2026;Secret de Noel\n".encode(), name="f.csv", by=acting(world, world.bob), now=NOON)
    enter(world.chloe).post(f"/c/lenoir/posts/import/{b.pk}/confirmation/", {"leave": "1"})
    assert not Post.objects.exists()

def test_classify_foreign(world):
    one, other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    held = mandate(world, one.pk); paul = bearer(world, held)
    p = world.bakery.pillars.create(name="Fournil")
    post = idea(world); posts.choose_channels(post=post, channels=[], by=acting(world, world.alice), now=NOON)
    r = enter(paul).post(f"/c/lenoir/posts/{post.pk}/pillar/", {"pillar": p.pk})
    print(r.status_code)
    assert Post.objects.get(pk=post.pk).pillar_id is None

@pytest.mark.parametrize("what", ["comment", "language", "variant", "alt", "warning"])
def test_law(world, what):
    _, paul = outside(world, alone={"posts": "all"})
    ch = channel_of(world)
    post = idea(world, "Le pain sort du four." if what != "language" else "Notre vin chaud vous attend au comptoir.")
    v = Variant.objects.get(post=post)
    if what == "comment":
        Channel = type(v.channel); Channel.objects.filter(pk=v.channel_id).update(network="linkedin")
        Variant.objects.filter(pk=v.pk).update(comment="Notre vin chaud vous attend au comptoir.")
    if what == "language": Post.objects.filter(pk=post.pk).update(language="en")
    if what == "variant": Variant.objects.filter(pk=v.pk).update(parts=["Notre vin chaud vous attend au comptoir."])
    if what == "warning": Post.objects.filter(pk=post.pk).update(warning="Notre vin chaud vous attend au comptoir.")
    if what == "alt":
        from parvis.media.commands import say_people
        a = picture(world, alt="Notre vin chaud vous attend au comptoir."); posts.place_picture(post=post, asset=a, by=acting(world, world.alice), now=NOON)
        say_people(asset=a, shown=False, by=acting(world, world.alice), now=NOON)
    left = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON)
    if left.outcome: print([d.parcel for d in left.outcome.done])
    assert left.asked

def channel_of(world):
    return world.bakery.channels.first()

def test_agency_employee_removed(world):
    owner = marc(); agency = agency_of(owner)
    held = mandate_of(world, owner, channel(world), agency=agency)
    lou = User.objects.create_user("lou@agence.test", "correct horse 9", name="Lou")
    place = Member.objects.create(company=agency, user=lou, role=Role.EDITOR, since=NOON)
    from parvis.channels.standing import actor_of
    own = actor_of(Member.objects.get(company=agency, user=owner), NOON)
    dcommands.add_bearer(mandate=held, user=lou, by=own, now=NOON)
    pcommands.remove_member(member=place, by=own, now=NOON)
    r = enter(lou).get("/c/lenoir/calendar/")
    assert r.status_code in (403, 404)

def test_shelf_without_media_read(world):
    channel(world); picture(world, name="secrete.jpg")
    made = MadeRole.objects.create(company=world.bakery, name="Plume", verbs=["posts.read", "posts.write"])
    u = User.objects.create_user("z@z.test", "x", name="Z"); Member.objects.create(company=world.bakery, user=u, role=Role.MADE, made=made, since=NOON)
    post = idea(world)
    r = enter(u).get(f"/c/lenoir/posts/{post.pk}/edit/shelf/")
    print(r.status_code)
    assert "secrete" not in r.content.decode()
