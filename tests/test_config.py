"""A user's settings: what they may say, and how a mistake in them is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import BadConfig, Config, read_config


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    """Nor with an empty one."""
    assert read_config(str(tmp_path / "none" / "config.toml")) == Config()
    (tmp_path / "config.toml").write_text("")
    assert read_config(str(tmp_path / "config.toml")) == Config()


def test_every_setting_is_read(tmp_path: Path) -> None:
    """Watch, pace and cache."""
    path = tmp_path / "config.toml"
    path.write_text('watch = "poll"\npoll_seconds = [5, 60]\ncache = false\n')
    assert read_config(str(path)) == Config("poll", 5.0, 60.0, False)
    path.write_text('watch = "auto"\n')
    assert read_config(str(path)).watch is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("watch = 3", "watch = 3"), ('watch = "fast"', "inotify"), ("poll_seconds = [30, 2]", "faster one first"),
        ("poll_seconds = [0, 2]", "0.5"), ("poll_seconds = [nan, 2]", "0.5"), ("poll_seconds = 2", "two numbers"),
        ("poll_seconds = [true, 2]", "two numbers"), ("cache = 1", "true or false"), ("chache = true", "chache is no setting"),
        ("theme = 3", "write a name"), ("reduced_motion = 1", "true or false"), ("keys = 3", "write a table [keys]"),
        ("watch", "not TOML"), ("x = " + "[" * 5000, "not TOML"), ("#" * 70_000, "larger"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_the_file_and_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    """A sentence, not a traceback."""
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadConfig) as caught:
        read_config(str(path))
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """And so is what cannot be read."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfig, match="not TOML"):
        read_config(str(path))
    with pytest.raises(BadConfig, match="directory"):
        read_config(str(tmp_path))
