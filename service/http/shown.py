"""Waiting until the views show what is asked for."""

from service.bootstrap import House
from service.problems import Problem

PATIENCE = 2.0  # seconds


async def until_shown(house: House, at: int, field: str) -> None:
    """Waits until the views show a position that the log has. Raises Problem (503)."""
    if not await house.views.wait_for(at, PATIENCE):
        raise Problem(
            "not-ready",
            f"position {at} does not show in the views yet",
            field=field,
            headers={"Retry-After": "1"},
        )
