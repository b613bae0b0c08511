"""`incumbent verify`, `proof`, `log export`, `log import`, `migrate`, and the head that the service publishes."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.checkpoint import new_key
from events.proof import decode
from service.cli.migrate import apply
from service.embedded import Servers
from service.embedded.postgres import run_apart
from tests.support.processes import comes_true, open_folder
from tests.support.servers import Database, PostgresServer, flushed_redis
from tests.support.service import COMMAND, Service, serving

KEY = new_key()
PUBLIC = base64.b64encode(
    Ed25519PrivateKey.from_private_bytes(base64.b64decode(KEY)).public_key().public_bytes_raw()
).decode()


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INCUMBENT_CHECKPOINT_KEY", KEY)
        with serving(database, redis_url, tmp_path_factory.mktemp("service")) as service:
            for number in range(3):
                service.key("read", publishers=(f"Paper {number}",))
            yield service


@pytest.fixture(scope="module")
def head(service: Service, client: httpx.Client) -> dict[str, str]:
    """What /v1/log/head says once it covers the log."""
    last = service.head()
    assert comes_true(lambda: client.get("/v1/log/head").json().get("size", 0) >= last, within=40)
    answer: dict[str, str] = client.get("/v1/log/head").json()
    return answer


def run(database: Database | None, *arguments: str | Path, code: int = 0, **more: str) -> str:
    """What a command says; `database` None: it is told of none."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE")}
    if database is not None:
        environment |= {"DATABASE_URL": database.database_url, "DATABASE_ADMIN_URL": database.admin_url}
    done = subprocess.run(
        [COMMAND, *arguments],
        env=environment | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def alter(database: Database, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(database.admin_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    run_apart(execute())


def test_the_head_is_published_with_its_signature_to_readers_only(
    service: Service, head: dict[str, str]
) -> None:
    assert set(head) == {"size", "root", "chain", "recorded_at", "public_key", "signature"}
    assert head["public_key"] == PUBLIC
    with service.client(None) as anyone:
        assert anyone.get("/v1/log/head").status_code == 401


def test_verify_says_what_is_whole_and_names_what_is_not(
    service: Service, database: Database, head: dict[str, str]
) -> None:
    said = run(database, "verify", "--public-key", PUBLIC)
    assert "events are whole" in said
    assert f"up to position {head['size']} are right, signed by {PUBLIC}" in said

    alter(
        database, "UPDATE event SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 2"
    )
    try:
        assert "position 2: the envelope" in run(database, "verify", code=1)
    finally:
        alter(
            database,
            "UPDATE event SET recorded_at = recorded_at - interval '1 microsecond' WHERE position = 2",
        )
    run(database, "verify")
    other = base64.b64encode(bytes(32)).decode()
    assert "signed with another key" in run(database, "verify", "--public-key", other, code=1)
    assert "32 bytes in base64" in run(database, "verify", "--public-key", "x", code=2)


def test_a_proof_is_a_small_file_that_is_checked_without_a_database(
    database: Database, head: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "proof.json"
    assert "check it with" in run(database, "proof", "2", "-o", file)
    assert file.stat().st_size < 2_000

    said = run(None, "proof", "--check", file, "--public-key", PUBLIC)
    assert "position 2 stands in the log" in said
    assert "see that this is the service's key" in run(None, "proof", "--check", file)

    forged = json.loads(file.read_bytes())
    forged["event"]["actor"] = "somebody else"
    file.write_text(json.dumps(forged))
    assert "proves nothing" in run(None, "proof", "--check", file, code=1)
    assert "no event" in run(database, "proof", "999999", code=1)
    for wrong in ((), ("1", "--check", str(file)), ("0",), ("--check", "missing.json")):
        run(database, "proof", *wrong, code=2)


def test_two_heads_are_proven_to_be_of_one_log(
    service: Service, database: Database, client: httpx.Client, head: dict[str, str], tmp_path: Path
) -> None:
    service.key("read")
    last = service.head()
    assert comes_true(lambda: client.get("/v1/log/head").json().get("size", 0) >= last, within=60)
    size = client.get("/v1/log/head").json()["size"]

    file = tmp_path / "proof.json"
    run(database, "proof", "--consistency", str(head["size"]), str(size), "-o", file)

    said = run(None, "proof", "--check", file, "--public-key", PUBLIC)
    assert f"The log of {size} events began as the one of {head['size']} events." in said
    assert decode(file.read_bytes()).first.root == base64.b64decode(head["root"])  # type: ignore[union-attr] # it is one
    assert "no checkpoint of 1000000" in run(database, "proof", "--consistency", "1000000", str(size), code=1)


def test_a_log_moves_to_another_database(
    service: Service, database: Database, head: dict[str, str], postgres: PostgresServer, tmp_path: Path
) -> None:
    file = tmp_path / "log.gz"
    exported = run(database, "log", "export", file)
    chain = exported.strip().rpartition(" ")[2]
    assert file.stat().st_mode & 0o777 == 0o600, "it holds every text"
    with postgres.database() as other:
        assert "migrations are pending" in run(other, "log", "import", file, code=1)
        assert "pending: events 1 log" in run(other, "migrate", "--check", code=1)
        assert "applied: events 1 log" in run(other, "migrate")
        assert "nothing is pending" in run(other, "migrate", "--check")

        imported = run(other, "log", "import", file)

        assert chain in imported
        assert f"{service.head()} events are new" in imported
        assert chain in run(other, "verify", "--public-key", PUBLIC)
        assert "0 events are new" in run(other, "log", "import", file)
    file.write_bytes(file.read_bytes()[:-20])
    assert "broken off" in run(database, "log", "import", file, code=1)


def test_the_copy_answers_as_the_original_does(
    service: Service, database: Database, postgres: PostgresServer, embedded_servers: Servers, tmp_path: Path
) -> None:
    text = (
        "Norland's Deputy Transport Minister Olga Varen, 58, was dismissed from her post on Tuesday, the Transport"
        " Ministry said.\n\nShe will be replaced by Piet Halloran, who ran the port of Aldmouth."
    )
    secret = service.key("read", "ingest", publishers=("Test Desk",), trusted=True)
    question = {"post": "deputy transport minister", "as_of": "2026-03-09"}
    with service.client(secret) as client:
        sent = client.post("/v1/articles", json={"uri": "u", "text": text, "published": "2026-03-10"})
        assert sent.status_code == 201, sent.text
        answer = client.get("/v1/who", params={**question, "at_position": sent.json()["position"]}).json()
    assert answer["answer"]["holders"][0]["claims"][0]["quote"] in text
    run(database, "log", "export", tmp_path / "log.gz")

    with postgres.database() as other:
        run(other, "migrate")
        run(other, "log", "import", tmp_path / "log.gz")
        redis_url = flushed_redis(embedded_servers.redis_url)
        with serving(other, redis_url, tmp_path) as copy, copy.client(secret) as client:
            known = {**question, "at_position": sent.json()["position"]}
            # The views are made now; until they know the key it is refused.
            assert comes_true(lambda: client.get("/v1/who", params=known).status_code == 200, within=20)
            again = client.get("/v1/who", params=known).json()
        run(other, "verify")

    assert again == answer


def test_a_log_moves_into_a_new_data_folder(service: Service, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "log.gz"
    run(database, "log", "export", file)
    with open_folder() as folder:
        imported = run(None, "log", "import", file, "--data", folder / "data")
        assert f"{service.head()} events are new" in imported
        assert "no embedded servers are running" in run(None, "verify", "--data", folder / "data", code=1)
        assert "0 events are new" in run(None, "log", "import", file, "--data", folder / "data")


def test_what_the_owner_must_do_is_refused_to_others(database: Database, tmp_path: Path) -> None:
    only = {"DATABASE_URL": database.database_url}
    for command in (("migrate",), ("migrate", "--check")):
        assert "DATABASE_ADMIN_URL" in run(None, *command, code=1, **only)
    (tmp_path / "log.gz").touch()
    assert "DATABASE_ADMIN_URL" in run(None, "log", "import", tmp_path / "log.gz", code=1, **only)


def test_a_database_that_is_away_or_empty_is_said_in_a_sentence(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with postgres.database() as empty:
        for command in (("verify",), ("proof", "1"), ("log", "export", str(tmp_path / "x.gz"))):
            assert "incumbent migrate" in run(empty, *command, code=1)
        name = empty.name
    gone = Database(name=name, admin_url=empty.admin_url, database_url=empty.database_url)
    for line in ("verify", "migrate --check", "log redact a --reason x"):
        assert "the database cannot be used" in run(gone, *line.split(), code=1)


def test_a_newer_database_is_not_migrated(postgres: PostgresServer) -> None:
    with postgres.database() as fresh:
        apply(fresh.admin_url, fresh.database_url)
        alter(
            fresh,
            "INSERT INTO migration (room, number, name, hash) VALUES ('events', 99, 'later', sha256('x'))",
        )
        for command in (("migrate",), ("migrate", "--check")):
            assert "start the newer release" in run(fresh, *command, code=1)
