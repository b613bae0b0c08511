"""A post's timeline as what pages embed and desks open."""

from typing import Annotated

from litestar import Response, get
from litestar.params import Parameter

from projections.answering.answers import TimelineOn
from service.bootstrap import House
from service.http.asked import Moment
from service.http.contract import route
from service.http.posts import unknown_post
from service.rendering.timeline_csv import timeline_csv
from service.rendering.timeline_svg import LEAST_WIDTH, MOST_WIDTH, POLICY, WIDTH, timeline_svg

SVG, CSV = "image/svg+xml", "text/csv"


@get("/v1/posts/{post:str}/timeline.svg", opt=route("read", {SVG: str}))
async def get_timeline_svg(
    house: House,
    moment: Moment,
    post: str,
    width: Annotated[
        int,
        Parameter(
            description="Width of the drawing; letters are 12 to 17 high, so less suits small screens.",
            ge=LEAST_WIDTH,
            le=MOST_WIDTH,
        ),
    ] = WIDTH,
) -> Response[bytes]:
    """The timeline as a picture: who held the post from when until when, and how sure that is.

    Its size is its own, without scripts or anything fetched; it follows a reader's dark mode.
    """
    picture = timeline_svg(await _timeline(house, moment, post), wide=width)
    return Response(picture, media_type=SVG, headers={"Content-Security-Policy": POLICY})


@get("/v1/posts/{post:str}/timeline.csv", opt=route("read", {CSV: str}))
async def get_timeline_csv(house: House, moment: Moment, post: str) -> Response[bytes]:
    """The timeline as a table, a row a membership or a vacancy, with all that is known of each end.

    UTF-8 with a byte order mark, and safe to open in a spreadsheet: text that would be taken for a formula has an
    apostrophe in front.
    """
    table = timeline_csv(await _timeline(house, moment, post))
    headers = {"Content-Disposition": 'attachment; filename="timeline.csv"'}
    return Response(table, media_type=CSV, headers=headers)


async def _timeline(house: House, moment: Moment, post: str) -> TimelineOn:
    found = await house.views.timeline_on(post, moment.as_of, moment.known)
    if found is None:
        raise unknown_post(post)
    return found
