"""`incumbent`: the command."""

import click

from service.cli.check import check
from service.cli.exports import exports
from service.cli.extract import extract
from service.cli.fold import fold
from service.cli.imports import imports
from service.cli.ingest import ingest
from service.cli.keys import keys, publishers
from service.cli.log import log_commands
from service.cli.migrate import migrate
from service.cli.proof import proof
from service.cli.rebuild import rebuild
from service.cli.secrets import secrets
from service.cli.serve import serve
from service.cli.verify import verify
from service.cli.webhook import webhook
from service.cli.who import who


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="incumbent")
def main() -> None:
    """Who holds which post, since when, who says so, and what was believed before."""


for command in (
    serve, ingest, extract, who, check, keys, publishers, verify, proof, log_commands, migrate, imports, exports,
    rebuild, fold, webhook, secrets,
):  # fmt: skip
    main.add_command(command)
