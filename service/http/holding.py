"""Who holds a post, encoded: the one place where every way in asks for it."""

from projections.cache import etag
from projections.memory import Answer
from service.bootstrap import House
from service.http.answers import encode
from service.http.asked import Moment


async def holders_of(house: House, post: str, moment: Moment) -> Answer | None:
    """From memory or the cache for what is known now, from the tables for what was known before.

    None where there is no such post, or was none then.
    """
    if moment.known is None:
        return await house.memory.holders(post, moment.as_of, moment.min_position)
    found = await house.views.known_holders(post, moment.as_of, moment.known)
    if found is None:
        return None
    # What touches a post later may be a redaction, which withholds words at every position.
    return Answer(f'{etag(found)[:-1]}-at{moment.known}"', encode(found.answer))
