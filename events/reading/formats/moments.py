"""Points in time as news formats write them, brought to the one form that the log keeps."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def moment(text: str | None) -> str | None:
    """An RFC 3339 instant, or a day where only that is told; None where it is neither ISO 8601 nor RFC 5322.

    An instant without an offset is taken for UTC.
    """
    stripped = (text or "").strip()
    if not stripped or len(stripped) > 60:
        return None
    try:
        if _DAY.fullmatch(stripped):
            return date.fromisoformat(stripped).isoformat()
        if _DAY.match(stripped):
            return _written(datetime.fromisoformat(stripped))
        return _written(parsedate_to_datetime(stripped))
    except (ValueError, OverflowError):
        return None


def day_of(moment_: str) -> date:
    """The day of a moment, where it was written."""
    return date.fromisoformat(moment_[:10])


def _written(instant: datetime) -> str:
    return (instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)).isoformat()
