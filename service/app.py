"""The ASGI application that Granian's workers run."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.di import Provide

from events.dates import PartialDate
from service.bootstrap import opened
from service.http import (
    articles,
    atom,
    bulk,
    changes,
    checks,
    claims,
    deliveries,
    described,
    health,
    identity,
    keys,
    lists,
    log,
    persons,
    posts,
    push,
    secrets,
    settling,
    signed_urls,
    subscriptions,
    timelines,
)
from service.http.asked import ASKED
from service.http.auth import authorize
from service.http.conventions import App, Conventions
from service.http.edge import Edge, request_id
from service.http.errors import HANDLERS
from service.http.front import Front
from service.http.idempotency import Settling, claim_key
from service.http.options import options_of
from service.http.paging import PAGING
from service.http.parameters import only_known_parameters
from service.http.provided import house_of
from service.listening import drop_who_takes_nothing, raise_limits
from service.process import die_with_parent, when_told_to_end
from service.settings import settings

SMALL_BODY = 256_000  # bytes; routes that take texts say themselves how much


async def _before(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """What is looked at before any handler, once the key may do this."""
    only_known_parameters(request)
    return await claim_key(request)


_HANDLERS = [
    articles.post_article,
    articles.get_article,
    articles.get_article_impact,
    push.post_push,
    posts.get_who,
    posts.get_posts,
    posts.get_post,
    posts.get_holders,
    posts.get_timeline,
    timelines.get_timeline_svg,
    timelines.get_timeline_csv,
    atom.get_post_feed,
    atom.get_person_feed,
    atom.get_organization_feed,
    posts.get_diff,
    posts.get_board,
    bulk.post_bulk_holders,
    persons.get_person,
    persons.get_memberships,
    persons.get_organization_holders,
    lists.list_memberships,
    lists.list_claims,
    claims.get_claim,
    claims.post_claim,
    claims.post_decision,
    claims.post_correction,
    identity.post_merge,
    identity.post_split,
    settling.post_settlement,
    settling.get_settings,
    settling.post_settings,
    settling.post_vacancy,
    changes.get_changes,
    changes.get_change_stream,
    changes.get_change_impact,
    subscriptions.post_subscription,
    subscriptions.get_subscriptions,
    subscriptions.get_subscription,
    subscriptions.delete_subscription,
    subscriptions.post_pause,
    subscriptions.post_resume,
    deliveries.get_deliveries,
    deliveries.get_delivery_stream,
    deliveries.get_delivery,
    deliveries.get_subscription_health,
    deliveries.get_preview,
    deliveries.post_retries,
    deliveries.post_test,
    deliveries.post_confirm,
    secrets.get_secrets,
    secrets.post_secret,
    secrets.delete_secret,
    secrets.get_public_keys,
    keys.post_key,
    keys.get_keys,
    keys.get_key,
    keys.post_key_rotation,
    keys.post_key_revocation,
    keys.get_key_acts,
    signed_urls.post_signed_url,
    log.get_head,
    checks.post_check,
    checks.get_check,
    checks.delete_draft,
    health.get_live,
    health.get_ready,
    health.get_problem,
    described.get_document,
    described.get_page,
]

ROUTES = Router(
    "/",
    route_handlers=[options_of(_HANDLERS), *_HANDLERS],
    guards=[authorize],
    before_request=_before,
    dependencies={"house": Provide(house_of), **ASKED, **PAGING},
)


def create_app() -> Front:
    """The application of a worker process, its settings read from the environment."""
    die_with_parent(signal.SIGKILL)
    raise_limits()
    given = settings()
    _log(given.log_level)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opened(given) as house:
            app.state.house = house
            # The server waits for answers under way and tells nobody: streams would keep it waiting.
            when_told_to_end(house.follower.stop)
            listening = asyncio.create_task(drop_who_takes_nothing())
            # What lives now lives as long as the process: leave it out of every later collection.
            gc.collect()
            gc.freeze()
            gc.set_threshold(100_000, 50, 100)
            yield
            listening.cancel()

    app = Litestar(
        route_handlers=[ROUTES],
        lifespan=[lifespan],
        exception_handlers=HANDLERS,
        request_max_body_size=SMALL_BODY,
        type_encoders={PartialDate: str},
        openapi_config=None,
        logging_config=None,
    )

    def layered(inner: App) -> App:
        https = given.public_url.startswith("https:")
        return Edge(Conventions(inner, given.cors_origins), https=https)

    return Front(Settling(app), lambda: getattr(app.state, "house", None), layered)


def _log(level: str) -> None:
    """Every line with the id of the request that it is about."""
    made = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        line = made(*args, **kwargs)
        line.request = request_id.get()
        return line

    logging.setLogRecordFactory(record)
    form = "%(asctime)s %(levelname)s %(name)s [%(request)s]: %(message)s"
    logging.basicConfig(level=level.upper(), format=form)
