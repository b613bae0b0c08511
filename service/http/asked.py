"""Which answer is wanted: of which day, as known when, and no older than what. The same parameters on every read.

A handler names what it takes and is given a `Moment`: `moment` (all four), `belief` (all but as_of) or `fresh`
(min_position only). Whoever is given one need not wait any more: the views show min_position.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
from litestar.di import Provide
from litestar.params import Parameter

from service.bootstrap import House
from service.http.formats import DAY, INSTANT, POSITION
from service.http.parameters import day, known_position
from service.http.provided import wait_for

AsOf = Annotated[
    str | None,
    Parameter(
        description="On which day, YYYY-MM-DD. Default: the last day turned; the answer says which.",
        schema_extra=DAY,
    ),
]
KnownAt = Annotated[
    str | None,
    Parameter(
        description="As it was known then: an RFC 3339 instant. A bare date is refused, for it names no moment.",
        schema_extra=INSTANT,
    ),
]
AtPosition = Annotated[
    int | None,
    Parameter(
        description="As it was known at this position of the log. Not beside known_at.",
        schema_extra=POSITION,
    ),
]
MinPosition = Annotated[
    int | None,
    Parameter(
        description="The position that a write answered with: waits up to two seconds until the views show it.",
        schema_extra=POSITION,
    ),
]


class Moment(msgspec.Struct, frozen=True):
    """`as_of` None: the last day turned; `known` None: as known now, otherwise at that position of the log."""

    as_of: date | None
    known: int | None
    min_position: int  # 0: any


async def moment_of(
    house: House,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_position: AtPosition = None,
    min_position: MinPosition = None,
) -> Moment:
    when = day(as_of, "as_of")
    await wait_for(house, min_position)
    return Moment(when, await known_position(house, known_at, at_position), min_position or 0)


async def belief_of(
    house: House,
    known_at: KnownAt = None,
    at_position: AtPosition = None,
    min_position: MinPosition = None,
) -> Moment:
    await wait_for(house, min_position)
    return Moment(None, await known_position(house, known_at, at_position), min_position or 0)


async def fresh_of(house: House, min_position: MinPosition = None) -> Moment:
    await wait_for(house, min_position)
    return Moment(None, None, min_position or 0)


ASKED: Mapping[str, Provide] = {
    "moment": Provide(moment_of),
    "belief": Provide(belief_of),
    "fresh": Provide(fresh_of),
}
