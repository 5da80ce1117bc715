"""`bedwatch doctor`, and the settings and options that it tells of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.runs.test_logfile import DONE, HEAD, step
from tui.cli import main
from tui.commands.asked import Refused
from tui.commands.looks import looks_of
from tui.config import Config


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def told(result: Result, about: str) -> str:
    return next(line for line in result.output.splitlines() if line.split()[:1] == [about])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config" / "bedwatch" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    root = tmp_path / "runs"
    for number in range(300):
        path = root / f"{number}.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + "".join(step(at) for at in range(1, 30)) + DONE)
        os.utime(path, (1e9, 1e9))
    return root


def test_it_says_what_was_chosen_and_why(logs: Path) -> None:
    """For the paths given, with files and directories counted."""
    result = run("doctor", str(logs))
    assert result.exit_code == 0
    assert "300 files by name a log, in 1 directory" in result.output
    assert "1 directory on " in result.output
    for topic in ("bedwatch", "Watching", "Terminal", "Schedulers", "Cache", "Settings"):
        assert topic in result.output.splitlines()


@pytest.mark.parametrize("method", ["poll", "inotify"])
def test_a_flag_overrides_the_choice(logs: Path, method: str) -> None:
    """And the doctor says so."""
    result = run("doctor", str(logs), "--watch", method, "--no-cache")
    assert "asked for" in result.output
    assert told(result, "watch").split() == ["watch", method]
    assert told(result, "cache").split() == ["cache", "false"]


def test_settings_override_the_choice_and_a_flag_overrides_them(logs: Path, settings: Path) -> None:
    """File, then command line."""
    settings.write_text('watch = "poll"\npoll_seconds = [5, 60]\n')
    result = run("doctor", str(logs))
    assert "asked about every 5 s while a run lives there (asked for)" in result.output
    assert "asked for" not in run("doctor", str(logs), "--watch", "auto").output


@pytest.mark.parametrize("words", [["doctor"], ["show"], []])
def test_a_mistake_in_the_settings_is_told_in_one_line(logs: Path, settings: Path, words: list[str]) -> None:
    """Status 2, the file, the remedy."""
    settings.write_text("watch = 3\n")
    result = run(*words, str(logs))
    assert result.exit_code == 2
    assert result.output == f'bedwatch: {settings}: watch = 3; write "auto", "inotify" or "poll"\n'


def test_a_path_that_is_not_there_is_refused() -> None:
    """As everywhere."""
    assert run("doctor", "/no/such/place").exit_code == 2


def test_what_show_read_is_kept_and_said(logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless nobody wants it kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert run("show", str(logs), "--no-cache").exit_code == 0
    assert not (tmp_path / "cache").exists()
    first = run("show", str(logs), "--format", "json")
    assert len(list((tmp_path / "cache" / "bedwatch").iterdir())) == 1
    assert run("show", str(logs), "--format", "json").output == first.output
    assert told(run("doctor", str(logs)), "holds").split()[1:4] == ["1", "watched", "place,"]


def test_changed_keys_and_looks_are_told(logs: Path, settings: Path) -> None:
    """Which keys moved, by the ids that the settings use; a theme that there is not is named with those that there are."""
    settings.write_text('theme = "nrd"\nreduced_motion = true\n[keys]\nmark = ["x", "f5"]\npause = []\n')
    result = run("doctor", str(logs))
    assert told(result, "keys").split() == ["keys", "mark", "on", "x", "F5,", "pause", "on", "no", "key"]
    assert "nrd, which there is not; those are bedwatch-dark" in result.output
    assert told(result, "reduced_motion").split()[1] == "true"
    settings.write_text('[keys]\nmark = "d"\n')
    result = run("doctor", str(logs))
    assert result.exit_code == 2
    assert result.output == f"bedwatch: {settings}: [keys] mark and diff are both on d on the overview screen; give one of them another key\n"


def test_a_theme_that_there_is_not_is_refused(settings: Path) -> None:
    """By the option and by the file, each named; the option comes first."""
    assert looks_of(Config(theme="nord"), False, "dracula", False).theme == "dracula"
    with pytest.raises(Refused, match="--theme nrd: no theme has that name; those are bedwatch-dark, "):
        looks_of(Config(), False, "nrd", False)
    with pytest.raises(Refused, match=r"config\.toml: theme = nrd"):
        looks_of(Config(theme="nrd"), False, None, False)
