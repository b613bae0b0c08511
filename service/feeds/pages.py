"""Changes page by page, from the tables: what the cursor feed gives, and what a stream begins with."""

import msgspec

from projections.model import ChangeId, Told
from projections.views import Views
from service.feeds.wanted import Wanted

_LOOKED_AT = 500  # Changes read at once
_LOOKS = 10  # at most, for one page


class Page(msgspec.Struct, frozen=True):
    """Changes in order. `next` is the id behind which to go on; with `more` there is something there already."""

    changes: list[Told]
    next: ChangeId
    more: bool


async def page(views: Views, wanted: Wanted, after: ChangeId, limit: int) -> Page:
    """The wanted Changes behind an id: about `limit`, an event's never cut, nothing beyond the watermark.

    Where few of many are wanted a page may hold less than there is, down to nothing, with `more`.
    """
    posts = await _posts(views, wanted)
    watermark = await views.watermark()
    found: list[Told] = []
    for _ in range(_LOOKS):
        look = limit if wanted == Wanted() else max(limit, _LOOKED_AT)
        told = await views.told_behind(after, look, posts)
        taken, cut = _taken(told, wanted, limit - len(found))
        found += taken
        if cut is not None:
            return Page(found, cut, more=True)
        if len(told) < look:
            return Page(found, max([(watermark + 1, 0), *(each.id for each in told[-1:])]), more=False)
        after = told[-1].id
        if len(found) >= limit:
            break
    return Page(found, after, more=True)


async def _posts(views: Views, wanted: Wanted) -> list[str] | None:
    """The posts among whose Changes all that is wanted is; None: any."""
    about = wanted.about
    if about.posts:
        return sorted(about.posts)
    if about.persons or about.organizations:
        by_person = await views.posts_concerned_by(about.persons, ()) if about.persons else None
        by_organization = (
            await views.posts_concerned_by((), about.organizations) if about.organizations else None
        )
        if by_person is not None and by_organization is not None:
            return sorted(by_person & by_organization)
        return sorted(by_person if by_person is not None else by_organization or ())
    return None


def _taken(told: list[Told], wanted: Wanted, limit: int) -> tuple[list[Told], ChangeId | None]:
    """Those wanted, and where to go on if that is before the end: where an event ends and the limit is reached."""
    taken: list[Told] = []
    for number, each in enumerate(told):
        if len(taken) >= limit and told[number - 1].id[0] != each.id[0]:
            return taken, told[number - 1].id
        if wanted.takes(each):
            taken.append(each)
    return taken, None
