"""The program's face: its commands under one name. A command's module, and what it needs, is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

_COMMANDS = {
    "watch": "watch", "follow": "follow", "show": "show", "diff": "diff", "check": "check", "formats": "check", "demo": "demo",
    "doctor": "doctor",
}  # fmt: skip
"""Each command's module in `tui.commands`."""


class _PathsOrCommand(click.Group):
    """A group whose first word, when it names no command, is a path for the dashboard."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if not args or (args[0] not in _COMMANDS and args[0] not in own):
            args = ["watch", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        return cast("click.Command", getattr(import_module(f"tui.commands.{_COMMANDS[cmd_name]}"), cmd_name))


@click.group(cls=_PathsOrCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bedwatch", message="bedwatch %(version)s")
def main() -> None:
    """Watch a run directory of an AI testbed: SambaNova, Graphcore, Cerebras, Groq.

    \b
    bedwatch [PATH ...]   the dashboard over run directories or logs (default: here);
                          without a terminal, the table of `bedwatch show`;
                          its options: bedwatch watch --help
    """


if __name__ == "__main__":
    main()
