"""`incumbent`: the command. What a command needs is imported when it is the one that runs."""

from collections.abc import Mapping
from importlib import import_module

import click

COMMANDS: Mapping[str, str] = {  # where each stands, in service.cli
    "serve": "serve.serve",
    "ingest": "ingest.ingest",
    "extract": "extract.extract",
    "who": "who.who",
    "check": "check.check",
    "keys": "keys.keys",
    "publishers": "keys.publishers",
    "webhook": "webhook.webhook",
    "import": "imports.imports",
    "export": "exports.exports",
    "rebuild": "rebuild.rebuild",
    "fold": "fold.fold",
    "verify": "verify.verify",
    "proof": "proof.proof",
    "log": "log.log_commands",
    "migrate": "migrate.migrate",
    "secrets": "secrets.secrets",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if (place := COMMANDS.get(cmd_name)) is None:
            return None
        module, _, name = place.partition(".")
        command = getattr(import_module(f"service.cli.{module}"), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="incumbent")
def main() -> None:
    """Who holds which post, since when, who says so, and what was believed before."""
