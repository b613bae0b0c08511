"""The command line as a client of the service: the same door as anyone's."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx
import msgspec

from service.settings import default_data

F = TypeVar("F", bound=Callable[..., Any])

DEMO_KEY = "demo-key"  # file in the data folder


def connection_options(command: F) -> F:
    """--url and --key, for commands that talk to a running service."""
    url = click.option(
        "--url",
        envvar="INCUMBENT_URL",
        default="http://127.0.0.1:8000",
        show_default=True,
        help="Where the service answers.",
    )
    key = click.option(
        "--key",
        envvar="INCUMBENT_KEY",
        default=None,
        help="API key; without it, the demo key of the data folder is taken.",
    )
    return url(key(command))


class Client:
    """Requests with the key, errors as sentences. Raises click.ClickException."""

    def __init__(self, url: str, key: str | None) -> None:
        secret = key or _demo_key()
        # trust_env=False: a proxy from the environment has no business between us and a loopback service
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=30.0,
            trust_env=os.environ.get("INCUMBENT_USE_PROXY") == "1",
        )

    def get(self, path: str, **parameters: str | int | None) -> Any:
        given = {name: value for name, value in parameters.items() if value is not None}
        return _answer(self._send(self._http.build_request("GET", path, params=given)))

    def post_json(self, path: str, body: bytes) -> Any:
        headers = {"Content-Type": "application/json"}
        return _answer(self._send(self._http.build_request("POST", path, content=body, headers=headers)))

    def delete(self, path: str) -> None:
        _answer(self._send(self._http.build_request("DELETE", path)))

    def post_bytes(self, path: str, body: bytes, content_type: str, **parameters: str | None) -> Any:
        headers = {"Content-Type": content_type}
        given = {name: value for name, value in parameters.items() if value is not None}
        request = self._http.build_request("POST", path, content=body, headers=headers, params=given)
        return _answer(self._send(request))

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request)
        except httpx.HTTPError as error:
            raise click.ClickException(
                f"nothing answers at {request.url.scheme}://{request.url.netloc.decode()} ({error});"
                " start it with `incumbent serve`, or name another with --url"
            ) from None


def _answer(response: httpx.Response) -> Any:
    if response.status_code == 204:
        return None
    if response.is_success:
        return msgspec.json.decode(response.content)
    try:
        problem = msgspec.json.decode(response.content)
        sentence = f"{problem['title']}: {problem['detail']}. {problem['remedy']}"
    except (msgspec.DecodeError, KeyError, TypeError):
        sentence = f"the service answered {response.status_code}"
    raise click.ClickException(sentence)


def _demo_key() -> str:
    file = default_data() / DEMO_KEY
    try:
        return file.read_text("ascii").strip()
    except OSError:
        raise click.ClickException(
            f"no API key: give --key or INCUMBENT_KEY (there is no readable {Path(file)} either)"
        ) from None
