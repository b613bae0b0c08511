"""Which day it is, by the events of the clock. Nothing else in the views asks a clock."""

from collections.abc import Mapping
from datetime import date, datetime

import asyncpg


def clock_of(zone: str, days: Mapping[str, date]) -> str:
    """The time zone whose days count for a post of the zone: its own where that is announced, else UTC."""
    return zone if zone in days else "UTC"


def today(zone: str, days: Mapping[str, date], otherwise: datetime) -> date:
    """The last day that has turned for a post of the zone; before the first, the day of `otherwise`."""
    return days.get(clock_of(zone, days)) or otherwise.date()


def known_days(row: asyncpg.Record) -> dict[str, date]:
    """The last days turned in a post's own zone and in UTC, from a row that holds both."""
    days = {row["zone"]: row["zone_day"], "UTC": row["utc_day"]}
    return {zone: day for zone, day in days.items() if day is not None}
