"""The log, as far as it is anyone's business: what it was when it was last signed."""

from litestar import Response, get

from events.checkpoint import Checkpoint
from events.checkpointing import newest_checkpoint
from service.bootstrap import House
from service.http.answers import answered
from service.http.contract import route
from service.problems import Problem


@get("/v1/log/head", opt=route("read", Checkpoint, problems=("not-found",)))
async def get_head(house: House) -> Response[bytes]:
    """The newest checkpoint: size, Merkle root, chain, instant, public key and Ed25519 signature, bytes in base64.

    Whoever keeps one can prove later that nothing up to it was rewritten (`incumbent proof`).
    """
    newest = await newest_checkpoint(house.pool)
    if newest is None:
        raise Problem("not-found", "no checkpoint has been signed yet")
    return answered(newest)
