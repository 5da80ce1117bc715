"""The feed on a real file system: what appears, grows, shrinks and vanishes becomes updates."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tui.feed.filesystems import Method
from tui.feed.poll import Pace
from tui.feed.watch import Feed
from tui.runs.cache import Cache
from tui.runs.run import Run

STEP = "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step={step}, Loss={loss}, Rate=1.0 samples/sec, GlobalRate=1.0 samples/sec\n"
PATIENCE = 10.0
HASTY = Pace(0.05, 0.1)
NEVER = Pace(3600, 3600)
"""Nothing is seen but what inotify tells."""


class Watcher:
    """Keeps what the feed says, and waits for a state of it."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.runs: dict[str, tuple[Run, ...]] = {}
        self.changed = asyncio.Condition()

    async def run(self) -> None:
        async for batch in self.feed.updates():
            async with self.changed:
                for update in batch:
                    self.runs[update.path] = update.runs
                self.changed.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        async with self.changed:
            async with asyncio.timeout(PATIENCE):
                while not true():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.changed.wait(), 0.05)

    def loss(self, path: Path) -> float | None:
        runs = self.runs.get(str(path), ())
        return runs[0].metrics["loss"].value if runs else None


def following(
    directory: Path, scenario: Callable[[Watcher], Awaitable[None]], method: Method | None = None, pace: Pace = HASTY,
    cache: Path | None = None,
) -> None:  # fmt: skip
    async def go() -> None:
        kept = Cache(str(cache), [str(directory)]) if cache is not None else None
        watcher = Watcher(Feed([str(directory)], method=method, pace=pace, cache=kept))
        task = asyncio.create_task(watcher.run())
        try:
            await scenario(watcher)
        finally:
            watcher.feed.close()
            await asyncio.wait_for(task, PATIENCE)

    asyncio.run(go())


def test_a_file_is_followed_from_its_appearance_to_its_end(tmp_path: Path) -> None:
    """It appears, grows, starts anew under the same name, and vanishes."""
    log = tmp_path / "deep" / "a.log"

    async def scenario(watcher: Watcher) -> None:
        await asyncio.sleep(0)
        log.parent.mkdir()
        log.write_text(STEP.format(step=1, loss=9.5))
        await watcher.until(lambda: watcher.loss(log) == 9.5)
        with log.open("a") as file:
            file.write(STEP.format(step=2, loss=8.5))
        await watcher.until(lambda: watcher.loss(log) == 8.5)
        log.write_text(STEP.format(step=1, loss=7.5))
        await watcher.until(lambda: watcher.loss(log) == 7.5)
        assert watcher.runs[str(log)][0].progress["step"].done == 1
        log.unlink()
        await watcher.until(lambda: watcher.runs.get(str(log)) == ())

    following(tmp_path, scenario)


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    """A number torn by the writer's buffer is never shown."""
    log = tmp_path / "a.log"
    seen: list[float | None] = []

    async def scenario(watcher: Watcher) -> None:
        first, second = STEP.format(step=1, loss=9.5), STEP.format(step=2, loss=8.25)
        log.write_text(first + second[:70])
        await watcher.until(lambda: watcher.loss(log) is not None)
        seen.append(watcher.loss(log))
        with log.open("a") as file:
            file.write(second[70:])
        await watcher.until(lambda: watcher.loss(log) == 8.25)

    following(tmp_path, scenario)
    assert seen == [9.5]


def test_every_file_of_a_directory_is_read_at_first(tmp_path: Path) -> None:
    """However many there are."""
    for number in range(50):
        (tmp_path / f"{number}.log").write_text(STEP.format(step=1, loss=number))

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: len(watcher.runs) == 50)

    following(tmp_path, scenario)


def test_nothing_is_ever_written_to_the_watched_directory(tmp_path: Path) -> None:
    """The run directory is only read."""
    (tmp_path / "a.log").write_text(STEP.format(step=1, loss=1.0))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: bool(watcher.runs))
        watcher.feed.refresh()
        await asyncio.sleep(0.1)

    following(tmp_path, scenario)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_polled_log_is_followed_just_as_well(tmp_path: Path) -> None:
    """Where nothing tells of writes: files that appear, grow, start anew, are rotated and vanish."""
    log = tmp_path / "deep" / "a.log"

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: watcher.feed.caught_up)
        log.parent.mkdir()
        log.write_text(STEP.format(step=1, loss=9.5))
        await watcher.until(lambda: watcher.loss(log) == 9.5)
        with log.open("a") as file:
            file.write(STEP.format(step=2, loss=8.5))
        await watcher.until(lambda: watcher.loss(log) == 8.5)
        log.rename(log.with_name("a.log.1"))
        log.write_text(STEP.format(step=3, loss=7.5))
        await watcher.until(lambda: watcher.loss(log) == 7.5)
        assert len(watcher.runs[str(log)][0].series["loss"]) == 3
        log.unlink()
        log.with_name("a.log.1").unlink()
        await watcher.until(lambda: watcher.runs.get(str(log)) == ())

    following(tmp_path, scenario, method="poll")


def test_a_link_to_a_log_elsewhere_is_heard(tmp_path: Path) -> None:
    """The writes go to another directory; so does the listening."""
    far, near = tmp_path / "far", tmp_path / "near"
    far.mkdir()
    near.mkdir()
    (far / "real.log").write_text(STEP.format(step=1, loss=9.5))
    (near / "latest.log").symlink_to(far / "real.log")

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: watcher.loss(near / "latest.log") == 9.5)
        with (far / "real.log").open("a") as file:
            file.write(STEP.format(step=2, loss=8.5))
        await watcher.until(lambda: watcher.loss(near / "latest.log") == 8.5)

    following(near, scenario, method="inotify", pace=NEVER)


def test_what_a_new_directory_holds_is_heard_at_once(tmp_path: Path) -> None:
    """Nested ones as well, and one made anew under an old name."""

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: watcher.feed.caught_up)
        for number in range(3):
            log = tmp_path / "a" / "b" / "c" / "run.log"
            log.parent.mkdir(parents=True)
            log.write_text(STEP.format(step=1, loss=number))
            await watcher.until(lambda log=log, number=number: watcher.loss(log) == number)  # type: ignore[misc]
            with log.open("a") as file:
                file.write(STEP.format(step=2, loss=number + 0.5))
            await watcher.until(lambda log=log, number=number: watcher.loss(log) == number + 0.5)  # type: ignore[misc]
            shutil.rmtree(tmp_path / "a")
            await watcher.until(lambda log=log: watcher.runs.get(str(log)) == ())  # type: ignore[misc]

    following(tmp_path, scenario, method="inotify", pace=NEVER)


def test_a_watched_directory_may_come_later_and_come_again(tmp_path: Path) -> None:
    """Before anything is there, and after it was removed."""
    root = tmp_path / "later"

    async def scenario(watcher: Watcher) -> None:
        for number in range(2):
            await watcher.until(lambda: watcher.feed.caught_up)
            root.mkdir()
            (root / "a.log").write_text(STEP.format(step=1, loss=number))
            await watcher.until(lambda number=number: watcher.loss(root / "a.log") == number)  # type: ignore[misc]
            shutil.rmtree(root)
            await watcher.until(lambda: watcher.runs.get(str(root / "a.log")) == ())

    following(root, scenario)


def test_where_inotify_has_reached_its_limit_files_are_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program of the same user took the watches; the status says so."""

    def refused(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr("tui.feed.listen.awatch", refused)
    log = tmp_path / "a.log"
    log.write_text(STEP.format(step=1, loss=9.5))

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: watcher.loss(log) == 9.5)
        with log.open("a") as file:
            file.write(STEP.format(step=2, loss=8.5))
        await watcher.until(lambda: watcher.loss(log) == 8.5)
        await watcher.until(lambda: watcher.feed.status().watched[0].method == "poll")  # a quick reader sees the line before
        (watched,) = watcher.feed.status().watched
        assert watched.directories == 1 and "limit is reached" in watched.why

    following(tmp_path, scenario, method="inotify")


def test_a_last_line_without_an_end_counts_once_nobody_writes(tmp_path: Path) -> None:
    """It is not read by then: the log was only quiet for a while."""
    log = tmp_path / "a.log"

    async def scenario(watcher: Watcher) -> None:
        log.write_text(STEP.format(step=1, loss=9.5) + STEP.format(step=2, loss=8.25).rstrip("\n"))
        await watcher.until(lambda: watcher.loss(log) == 9.5)
        await watcher.until(lambda: watcher.loss(log) == 8.25)

    following(tmp_path, scenario, method="inotify", pace=NEVER)


def test_the_history_of_a_long_log_comes_after_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First marked as partial, then whole."""
    monkeypatch.setattr("tui.runs.logfile.TAIL_FIRST", 10_000)
    monkeypatch.setattr("parsers.follow.Follower.look.__defaults__", (5_000,))
    monkeypatch.setattr("tui.runs.glimpse.TAIL_BYTES", 1_000)
    log = tmp_path / "a.log"
    log.write_text("".join(STEP.format(step=step, loss=step) for step in range(1, 20_001)))
    seen: list[tuple[bool, float]] = []

    async def scenario(watcher: Watcher) -> None:
        def whole() -> bool:
            for run in watcher.runs.get(str(log), ()):
                seen.append((run.complete, run.metrics["loss"].value))
            return bool(seen) and seen[-1][0]

        await watcher.until(whole)
        assert watcher.feed.status().unread == 0
        assert watcher.runs[str(log)][0].series["loss"].count == 20_000

    following(tmp_path, scenario)
    assert seen[0] == (False, 20_000.0)


def test_the_status_says_how_it_is_watched(tmp_path: Path) -> None:
    """Method, last look, own share of a core."""
    (tmp_path / "a.log").write_text(STEP.format(step=1, loss=1.0))

    async def scenario(watcher: Watcher) -> None:
        await watcher.until(lambda: watcher.feed.caught_up)
        status = watcher.feed.status()
        assert status.method .startswith("polling every ")
        assert status.looked_at is not None and status.unread == 0
        assert [(watched.why, watched.directories) for watched in status.watched] == [("asked for", 1)]

    following(tmp_path, scenario, method="poll")


def test_a_second_start_takes_what_the_first_one_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every log that rests is there without being read; one that grows is read."""
    monkeypatch.setattr("tui.feed.rounds.KEEP_AFTER", 0.0)
    logs = [tmp_path / "runs" / f"{number}.log" for number in range(3)]
    logs[0].parent.mkdir()
    for number, log in enumerate(logs):
        log.write_text(STEP.format(step=1, loss=number))
        os.utime(log, (1e9, 1e9))

    async def first(watcher: Watcher) -> None:
        await watcher.until(lambda: len(list((tmp_path / "cache").glob("*.runs"))) == 1)

    async def second(watcher: Watcher) -> None:
        await watcher.until(lambda: len(watcher.runs) == 3)
        assert all(file.rests for file in watcher.feed.workspace.files.values())
        with logs[1].open("a") as file:
            file.write(STEP.format(step=2, loss=7.5))
        await watcher.until(lambda: watcher.loss(logs[1]) == 7.5)
        assert len(watcher.runs[str(logs[1])][0].series["loss"]) == 2

    following(tmp_path / "runs", first, cache=tmp_path / "cache")
    following(tmp_path / "runs", second, cache=tmp_path / "cache")
