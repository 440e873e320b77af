"""Every page, at both widths and in both colours: axe-core finds nothing, nothing overflows, the console is silent."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import WIDTHS, Open, violations
from tests.journeys.living import fill
from tests.journeys.stops import STOPS
from tests.world import World


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_every_page_is_for_everybody(open_page: Open, live_world: World, width: str, theme: str) -> None:
    fill(live_world)
    pages = {True: open_page(width, live_world.alice, theme=theme), False: open_page(width, None, theme=theme)}
    found = []
    for stop in STOPS:
        page, url = pages[stop.signed_in], stop.url(live_world)
        answer = page.goto(url)
        assert answer is not None
        if answer.status != 200:
            found.append(f"{url}: {answer.status}")
            continue
        found += [f"{url}: {violation}" for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{url}: wider than the screen")
    assert not found, "\n".join(found)
