"""`incumbent webhook list, create, show, ...`: the key's subscriptions, through the service's door like anyone."""

from typing import Any
from urllib.parse import quote

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from service.cli.client import Client, connection_options
from service.cli.terminal import terminal

_subscription = click.argument("subscription")


@click.command("list")
@connection_options
def list_(url: str, key: str | None) -> None:
    """The key's subscriptions."""
    client, cursor = Client(url, key), None
    table = Table("subscription", "URL", "types", "state", "description", box=None)
    while True:
        page = client.get("/v1/subscriptions", cursor=cursor)
        for each in page["subscriptions"]:
            table.add_row(
                *map(
                    escape,
                    (each["id"], each["url"], " ".join(each["types"]), _state(each), each["description"]),
                )
            )
        if (cursor := page["next"]) is None:
            break
    if not table.row_count:
        click.echo("this key has no subscription; make one with `incumbent webhook create URL`")
        return
    terminal().print(table)


@click.command()
@click.argument("target", metavar="TARGET_URL")
@click.option(
    "--type", "types", multiple=True, help="What to hear of; may be repeated. Default: holder.changed."
)
@click.option("--post", "posts", multiple=True, help="Id of a post; may be repeated, as all that follow.")
@click.option("--person", "persons", multiple=True, help="Id of a person.")
@click.option("--organization", "organizations", multiple=True, help="Id of an organization.")
@click.option("--area", "areas", multiple=True, help="A country.")
@click.option("--capacity", "capacities", multiple=True, help="substantive or acting.")
@click.option(
    "--standing", "standings", multiple=True, help="official, corroborated, single_source, disputed."
)
@click.option("--kind", "kinds", multiple=True, help="Kind of Change, e.g. left_office.")
@click.option(
    "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Goes out with each message."
)
@click.option("--from", "from_position", type=int, help="Hear of what came behind that position too.")
@click.option("--per-minute", type=int, help="Messages at most.")
@click.option("--concurrency", type=int, help="Requests at the same time, at most.")
@click.option("--secret", help="A secret of your own: whsec_...")
@click.option("--description", default="", help="For you to know it again.")
@connection_options
def create(
    target: str,
    types: tuple[str, ...],
    headers: tuple[str, ...],
    from_position: int | None,
    per_minute: int | None,
    concurrency: int | None,
    secret: str | None,
    description: str,
    url: str,
    key: str | None,
    **lists: tuple[str, ...],
) -> None:
    """Subscribes TARGET_URL; prints the subscription's id and its signing secret, this once."""
    body = {
        "url": target,
        "types": types or ("holder.changed",),
        "filter": {name: entries for name, entries in lists.items() if entries},
        "headers": dict(_header(given) for given in headers),
        "description": description,
        "from_position": from_position,
        "per_minute": per_minute,
        "concurrency": concurrency,
        "secret": secret,
    }
    made = Client(url, key).post_json("/v1/subscriptions", msgspec.json.encode(body))
    click.echo(made["subscription"]["id"])
    click.echo(made["secret"])
    click.echo("the secret above is not shown again", err=True)
    if made["subscription"]["state"] == "unconfirmed":
        click.echo("its receiver must answer a challenge first: `incumbent webhook confirm`", err=True)


@click.command()
@_subscription
@connection_options
def show(subscription: str, url: str, key: str | None) -> None:
    """A subscription: how it fares, and its last messages."""
    client, path = Client(url, key), _path(subscription)
    view, health = client.get(path), client.get(f"{path}/health")
    rate = "no attempt yet"
    if health["success_rate"] is not None:
        rate = f"{health['success_rate']:.1%} of the last {health['attempts']} attempts"
    rows = {
        "URL": view["url"],
        "state": _state(view),
        "types": " ".join(view["types"]),
        "filter": _words(view["filter"]),
        "headers": " ".join(view["headers"]),
        "succeeded": rate,
        "waiting": f"{health['pending']}, the oldest at position {health['oldest_pending']['position']}"
        if health["oldest_pending"]
        else "nothing",
        "dead": str(health["dead"]),
        "lag": f"{health['lag']} positions",
        "failing since": health["failing_since"] or "",
    }
    table = Table(show_header=False, box=None)
    for name, value in rows.items():
        if value:
            table.add_row(name, escape(value))
    terminal().print(table)
    _print_deliveries(client.get(f"{path}/deliveries", limit=10)["deliveries"])


@click.command()
@_subscription
@connection_options
def test(subscription: str, url: str, key: str | None) -> None:
    """Sends a test message now. Exit status 1 where it was not taken."""
    _print_probe(Client(url, key).post_json(f"{_path(subscription)}/test", b""))


@click.command()
@_subscription
@connection_options
def confirm(subscription: str, url: str, key: str | None) -> None:
    """Sends the challenge that the receiver must answer. Exit status 1 where it did not."""
    _print_probe(Client(url, key).post_json(f"{_path(subscription)}/confirm", b"")["probe"])


@click.command()
@_subscription
@connection_options
def preview(subscription: str, url: str, key: str | None) -> None:
    """What the last 100 Changes would have sent."""
    found = Client(url, key).get(f"{_path(subscription)}/preview")
    table = Table("change", "type", "kind", "post", "who", box=None)
    for message in found["messages"]:
        data = message["data"]
        who = {
            each["person"]["name"] or each["person"]["id"]: None for each in data["after"] or data["before"]
        }
        table.add_row(
            *map(
                escape, (data["change"], message["type"], data["kind"], data["post"]["label"], ", ".join(who))
            )
        )
    if table.row_count:
        terminal().print(table)
    click.echo(f"{table.row_count} of the last {found['looked_at']} changes would have been sent")


@click.command()
@_subscription
@connection_options
def pause(subscription: str, url: str, key: str | None) -> None:
    """Has nothing sent until the subscription is resumed; nothing is lost."""
    _print_state(Client(url, key).post_json(f"{_path(subscription)}/pause", b""))


@click.command()
@_subscription
@connection_options
def resume(subscription: str, url: str, key: str | None) -> None:
    """Lets a subscription go on that was paused or disabled, in order."""
    _print_state(Client(url, key).post_json(f"{_path(subscription)}/resume", b""))


@click.command()
@_subscription
@connection_options
def dead(subscription: str, url: str, key: str | None) -> None:
    """The dead letters, newest first."""
    client, cursor, found = Client(url, key), None, []
    while True:
        page = client.get(f"{_path(subscription)}/deliveries", only="dead", cursor=cursor)
        found += page["deliveries"]
        if (cursor := page["next"]) is None:
            break
    if not found:
        click.echo("there is no dead letter")
    _print_deliveries(found)


@click.command()
@_subscription
@click.argument("messages", nargs=-1)
@click.option("--since", type=int, metavar="POSITION", help="All of what came behind that position.")
@click.option("--type", "types", multiple=True, help="Only of that type; may be repeated.")
@click.option("--post", "posts", multiple=True, help="Only of that post; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="All dead letters.")
@click.option("--delivered", is_flag=True, help="Also those that arrived.")
@connection_options
def retry(
    subscription: str,
    messages: tuple[str, ...],
    since: int | None,
    types: tuple[str, ...],
    posts: tuple[str, ...],
    everything: bool,
    delivered: bool,
    url: str,
    key: str | None,
) -> None:
    """Sends dead letters again: MESSAGES by their webhook-id, or those that the options say."""
    if not (messages or types or posts or everything or since is not None):
        raise click.UsageError("say which: messages, --since, --type, --post or --all")
    body = {
        "messages": messages or None,
        "since": since,
        "types": types or None,
        "posts": posts or None,
        "delivered": delivered,
    }
    client, again = Client(url, key), 0
    while True:
        done = client.post_json(f"{_path(subscription)}/retries", msgspec.json.encode(body))
        again += done["messages"]
        if not done["more"] or delivered:
            break
    click.echo(f"{again} messages are sent again")


@click.command()
@_subscription
@connection_options
def delete(subscription: str, url: str, key: str | None) -> None:
    """Ends a subscription; what is queued for it is not sent any more."""
    Client(url, key).delete(_path(subscription))
    click.echo(f"{subscription} is deleted")


COMMANDS = (list_, create, show, test, confirm, preview, pause, resume, dead, retry, delete)


def _path(subscription: str) -> str:
    return f"/v1/subscriptions/{quote(subscription, safe='')}"


def _header(given: str) -> tuple[str, str]:
    name, colon, value = given.partition(":")
    if not colon:
        raise click.UsageError(f"{given!r} is no header: write 'NAME: VALUE'")
    return name.strip(), value.strip()


def _state(view: dict[str, Any]) -> str:
    return f"{view['state']} ({view['why']})" if view["why"] else str(view["state"])


def _words(filter: dict[str, list[str]]) -> str:
    return "; ".join(f"{name}: {', '.join(entries)}" for name, entries in filter.items()) or "everything"


def _print_state(done: dict[str, Any]) -> None:
    click.echo(f"{done['subscription']['id']} is {_state(done['subscription'])}")


def _print_probe(probe: dict[str, Any]) -> None:
    attempt = probe["attempt"]
    came = f"{attempt['status']}" if attempt["status"] else f"{attempt['failure']}: {attempt['why']}"
    click.echo(f"{'taken' if probe['accepted'] else 'not taken'}: {came}, after {attempt['total_ms']:.0f} ms")
    if not probe["accepted"]:
        if attempt["answer"]:
            click.echo(attempt["answer"][:500])
        raise SystemExit(1)


def _print_deliveries(deliveries: list[dict[str, Any]]) -> None:
    if not deliveries:
        return
    table = Table("message", "type", "state", "attempts", "last attempt", "next attempt", box=None)
    for each in deliveries:
        table.add_row(
            escape(each["message"]),
            each["type"],
            each["state"] + (" (again)" if each["redelivery"] else ""),
            str(each["attempts"]),
            (each["attempted_at"] or "")[:19],
            (each["next_attempt_at"] or "")[:19],
        )
    terminal().print(table)
