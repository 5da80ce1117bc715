"""The program's face: its commands under one name. Textual and polars are imported only by the command that needs them."""

from __future__ import annotations

import click

from tui.commands.check import check, formats
from tui.commands.demo import demo
from tui.commands.diff import diff
from tui.commands.doctor import doctor
from tui.commands.follow import follow
from tui.commands.show import show
from tui.commands.watch import watch


class _PathsOrCommand(click.Group):
    """A group whose first word, when it names no command, is a path for the dashboard."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = ["watch", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_PathsOrCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bedwatch", message="bedwatch %(version)s")
def main() -> None:
    """Watch a run directory of an AI testbed: SambaNova, Graphcore, Cerebras, Groq.

    \b
    bedwatch [PATH ...]   the dashboard over run directories or logs (default: here);
                          without a terminal, the table of `bedwatch show`;
                          its options: bedwatch watch --help
    """


for _command in (watch, follow, show, diff, check, formats, demo, doctor):
    main.add_command(_command)
