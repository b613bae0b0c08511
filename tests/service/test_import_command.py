"""`incumbent import`, `export` and `rebuild` as an operator runs them, beside a service that answers."""

import json
import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from service.embedded.postgres import run_apart
from tests.support.processes import comes_true
from tests.support.service import COMMAND, Service

ROWS = """nr,who,what,where,from,to
1,Edda Lunde,harbour mayor,Port of Lindholm,2019-03-01,2023-03-01
2,Jonas Weir,harbour mayor,Port of Lindholm,2023-03-01,
"""
MAP = "id=nr,person=who,post=what,organization=where,start=from,end=to"


def environment(service: Service) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": service.database.database_url,
        "DATABASE_ADMIN_URL": service.database.admin_url,
        "REDIS_URL": service.redis_url,
    }


def incumbent(service: Service, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments], env=environment(service), capture_output=True, text=True, timeout=120
    )


def on_database(service: Service, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    run_apart(run())


@pytest.fixture(scope="module")
def imported(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("lists") / "mayors.csv"
    file.write_text(ROWS)
    done = incumbent(
        service,
        "import",
        "csv",
        file,
        "--map",
        MAP,
        "--publisher",
        "Lindholm Register",
        "--missing-end",
        "current",
    )
    assert done.returncode == 0, done.stderr
    assert "import-lindholm-register: 2 claims stated, 0 withdrawn, 0 said again, 4 new names" in done.stdout
    return file


def who(service: Service) -> list[str]:
    with service.client(service.key("read")) as client:
        answer = client.get(
            "/v1/who",
            params={"post": "harbour mayor", "org": "Port of Lindholm", "min_position": service.head()},
        )
    assert answer.status_code == 200, answer.text
    return [holder["name"] for holder in answer.json()["answer"]["holders"]]


def test_what_was_imported_is_answered_with_its_source(service: Service, imported: Path) -> None:
    with service.client(service.key("read")) as client:
        answer = client.get(
            "/v1/who", params={"post": "harbour mayor", "as_of": "2020-01-01", "min_position": service.head()}
        ).json()["answer"]

    assert [(h["name"], h["start"]["date"], h["on_leave"]) for h in answer["holders"]] == [
        ("Edda Lunde", "2019-03-01", False)
    ]
    assert answer["holders"][0]["claims"][0]["publisher"] == "publisher-lindholm-register"
    assert incumbent(service, "import", "csv", imported, "--map", MAP, "--publisher", "Lindholm Register",
                     "--missing-end", "current").stdout == "import-lindholm-register: nothing is new\n"  # fmt: skip


def test_broken_rows_and_files_are_told_in_sentences(service: Service, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text(ROWS + "3,Bo Wren,clerk,Port,2020-02-31,\n4,Bo Wren,clerk,Port,2020-01-02,2020-01-01\n")
    before = service.head()

    refused = incumbent(service, "import", "csv", broken, "--map", MAP, "--publisher", "Another")
    assert refused.returncode == 1
    assert "line 4: '2020-02-31' is no day of the calendar" in refused.stderr
    assert (
        "line 5: it ends (2020-01-01) on or before the day on which it starts (2020-01-02)" in refused.stderr
    )
    assert "--keep-going" in refused.stderr
    assert service.head() == before
    for arguments in (
        ("csv", broken, "--map", "id=nr,person=who,post=absent", "--publisher", "A"),
        ("csv", broken, "--map", "nonsense", "--publisher", "A"),
        ("csv", broken, "--map", MAP, "--publisher", "A", "--as-of", "yesterday"),
        ("csv", broken, "--map", MAP, "--publisher", "!!!"),
        ("popolo", broken, "--publisher", "A"),
    ):
        wrong = incumbent(service, "import", *arguments)
        assert wrong.returncode in (1, 2), arguments
        assert "Traceback" not in wrong.stderr


def test_an_import_killed_in_the_middle_is_run_again_and_nothing_is_lost_or_doubled(
    service: Service, tmp_path: Path
) -> None:
    file, many = tmp_path / "clerks.csv", 2_400
    rows = [
        f"{n},Clerk {n} Ode{n % 7},clerk {n % 60},Hall {n % 5},2020-01-01,2021-01-01" for n in range(many)
    ]
    file.write_text("\n".join((ROWS.splitlines()[0], *rows)) + "\n")
    command = ("import", "csv", file, "--map", MAP, "--publisher", "Hall Register", "--as-of", "2024-06-01")
    kept = "SELECT count(*) FROM event WHERE stream = 'import-hall-register'"
    running = subprocess.Popen([COMMAND, *command], env=environment(service), stderr=subprocess.DEVNULL)
    try:
        assert comes_true(lambda: counted(service, kept) > 6, within=60)  # of 15: some claims are in, not all
    finally:
        running.kill()
        running.wait()
    before = counted(service, kept)

    again = incumbent(service, *command)

    assert again.returncode == 0, again.stderr
    assert 6 < before < counted(service, kept)
    completed = (
        "SELECT count(*) FROM event WHERE type = 'import.completed' AND stream = 'import-hall-register'"
    )
    assert counted(service, completed) == 1
    assert comes_true(
        lambda: counted(service, "SELECT position FROM cursor WHERE name = 'projector'") >= service.head(),
        within=60,
    )
    assert counted(service, "SELECT count(*) FROM claim WHERE stream = 'import-hall-register'") == many
    assert counted(service, "SELECT count(*) FROM person WHERE name LIKE 'Clerk %'") == many
    assert counted(service, "SELECT count(*) FROM post WHERE label LIKE 'clerk %'") == len(
        {(n % 60, n % 5) for n in range(many)}
    )
    standing = (
        "SELECT count(*) FROM membership AS m JOIN post AS p ON p.id = m.post WHERE p.label LIKE 'clerk %'"
    )
    assert counted(service, f"{standing} AND m.to_position > 9e18::bigint") == many
    assert incumbent(service, *command).stdout == "import-hall-register: nothing is new\n"


def counted(service: Service, query: str) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            return int(await connection.fetchval(query))
        finally:
            await connection.close()

    number: int = run_apart(ask())
    return number


def test_exports_are_files_as_known_then(service: Service, imported: Path, tmp_path: Path) -> None:
    exported = incumbent(service, "export", "popolo")
    persons = [each["name"] for each in json.loads(exported.stdout)["persons"]]
    assert {"Edda Lunde", "Jonas Weir"} <= set(persons)
    assert json.loads(incumbent(service, "export", "popolo", "--at-position", "0").stdout)["persons"] == []
    assert incumbent(service, "export", "csv").stdout.count("Jonas Weir") == 1
    assert incumbent(service, "export", "sqlite", "-o", tmp_path / "views.sqlite").returncode == 0
    assert incumbent(service, "export", "quickstatements").stderr.startswith("0 statements; ")
    for wrong in (("--known-at", "2024"), ("--at-position", "99999999"), ("--at-position", "-1")):
        refused = incumbent(service, "export", "csv", *wrong)
        assert refused.returncode in (1, 2)
        assert "Traceback" not in refused.stderr


def test_a_damaged_row_is_found_and_mended_also_where_it_was_cached(service: Service, imported: Path) -> None:
    assert who(service) == ["Jonas Weir"]
    with service.client(service.key("read", "subscribe")) as client:
        subscription = client.post("/v1/subscriptions", json={"url": "http://127.0.0.1:9/"})
        assert subscription.status_code == 201, subscription.text
    imported.write_text(ROWS + "3,Bo Wren,harbour pilot,Port of Lindholm,2024-01-01,\n")
    incumbent(service, "import", "csv", imported, "--map", MAP, "--publisher", "Lindholm Register",
              "--missing-end", "current")  # fmt: skip
    assert comes_true(lambda: _deliveries(service) > 0, within=20)
    deliveries = _deliveries(service)
    on_database(
        service,
        "UPDATE membership SET end_earliest = start_earliest + 1, end_latest = start_earliest + 1,"
        " end_basis = 'said', last_attested = NULL WHERE person ="
        " (SELECT id FROM person WHERE name = 'Jonas Weir')",
    )

    found = incumbent(service, "rebuild", "--check")
    assert (found.returncode, found.stdout) == (
        1,
        "membership: 1 rows that the log does not give, 1 missing\n",
    )
    mended = incumbent(service, "rebuild")
    assert mended.returncode == 0, mended.stderr
    assert who(service) == ["Jonas Weir"]
    sound = incumbent(service, "rebuild", "--check")
    assert sound.returncode == 0
    assert "rows are what the log gives" in sound.stdout
    assert _deliveries(service) == deliveries


def _deliveries(service: Service) -> int:
    return counted(service, "SELECT count(*) FROM webhook_delivery")
