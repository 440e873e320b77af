"""What is X's own in listening: whom it lets be answered, what a reading costs, its older words, its webhooks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.core import clock
from parvis.networks.contract import Refused
from parvis.networks.facts import REPLY, Parcel
from parvis.networks.x.spec import SPEC
from tests.contract.benches import Bench
from tests.contract.hearings import Hearing


def test_every_reading_costs_and_is_left_to_the_setting_of_the_account(x: Bench) -> None:
    assert all(source.costs for source in Hearing(x).ear.sources)


def test_what_was_read_is_counted(x: Bench) -> None:
    hearing = Hearing(x)
    for number in range(3):
        hearing.mention(f"Bravo {number}")
    hearing.read()
    assert x.wires is not None
    assert x.wires.gauges["reads"].used >= 3


def test_reading_again_the_same_day_costs_nothing_more(x: Bench) -> None:
    hearing = Hearing(x)
    hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    hearing.read()
    before = x.stand.money.spent()["micros"]
    hearing.read()
    assert x.stand.money.spent()["micros"] == before


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_the_older_words_of_the_api_and_the_newer_say_the_same(x: Bench, dialect: str) -> None:
    x.stand.settings(dialect=dialect)
    hearing = Hearing(x)
    post = hearing.publish().remote_id
    one = hearing.heard(hearing.comment(post, "Il en reste ?", "Zoé Petit"))
    assert (one.kind, one.under, one.author.name, one.words) == ("comment", post, "Zoé Petit", "Il en reste ?")


def test_an_answer_that_x_refuses_keeps_the_words_and_leads_to_x(x: Bench) -> None:
    hearing = Hearing(x)
    name = x.stand.inbox.passing("Paul", "Entre nous", after=hearing.publish().remote_id, names=False)["id"]
    one = hearing.heard(name)
    with pytest.raises(Refused) as refused:
        x.send(hearing.answer(one, "Oui."))
    assert "your text is kept" in str(refused.value.cure)
    assert one.url.endswith(f"/status/{name}")


def test_our_own_thread_is_no_conversation(x: Bench) -> None:
    hearing = Hearing(x)
    first = hearing.publish("Première partie")
    x.send(x.says("Seconde partie"), after=first)
    assert hearing.read() == {}


def test_an_old_publication_is_not_searched(x: Bench) -> None:
    hearing = Hearing(x)
    hearing.publish(at=clock.now() - timedelta(days=8))
    hearing.read()
    assert not [one for one in x.stand.requests() if one["path"].endswith("/search/recent")]


def test_a_page_whose_name_x_forgot_is_begun_again(x: Bench) -> None:
    hearing = Hearing(x)
    name = hearing.mention("Bravo")
    hearing.cursors["named"] = {"top": "", "token": "?", "newest": ""}
    assert name in hearing.read()


def test_an_answer_to_one_who_called_is_cheaper() -> None:
    assert SPEC.price is not None
    answer, post = (SPEC.price(Parcel("Oui.", form=form)) for form in (REPLY, ""))
    assert (answer.micros, post.micros) == (10_000, 15_000)


def test_a_picture_comes_along_with_its_description(x: Bench) -> None:
    hearing = Hearing(x)
    picture = x.picture(1)
    x.stand.add_account("zoe")
    name = x.stand.add_post("zoe", "@lenoir Regardez", pictures=[(x.files[picture.digest], "Un pain brûlé")])["id"]
    assert [(one.kind, one.name) for one in hearing.heard(name).attached] == [("picture", "Un pain brûlé")]
