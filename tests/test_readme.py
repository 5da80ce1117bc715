"""The README stays true: its commands exist, its picture is of the gallery."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(not (ROOT / "README.md").exists(), reason="the README is not installed with the package")


def test_the_picture_is_of_the_gallery() -> None:
    """What a newcomer sees in the README is there, and is what the program draws: the gallery is held to the screens."""
    (picture,) = re.findall(r"!\[[^]]*\]\((docs/gallery/[^)]*)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert (ROOT / picture).exists()


def test_the_keys_are_those_of_the_table() -> None:
    """A key that is added or moved shows in the README too."""
    from tui.report.keysheet import with_keys

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_keys(readme) == readme, "the keys changed: python -m tui.report.keysheet README.md writes them anew"


def test_the_settings_of_the_readme_are_settings(tmp_path: Path) -> None:
    """Each example of a settings file can be read."""
    from tui.config import read_config

    blocks = re.findall(r"config\.toml`:\n\n```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        (tmp_path / "config.toml").write_text(block)
        assert read_config(str(tmp_path / "config.toml"))


def test_every_command_is_in_the_readme_and_every_named_one_exists() -> None:
    """A command or its absence shows in one place."""
    from tui.cli import main

    table = set(re.findall(r"^\| `bedwatch ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    assert table == {name for name, command in commands.items() if command is not None and not command.hidden}
