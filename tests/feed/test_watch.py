"""The feed on a real file system: what appears, grows, shrinks and vanishes becomes updates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tui.feed.watch import Feed
from tui.runs.run import Run

STEP = "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step={step}, Loss={loss}, Rate=1.0 samples/sec, GlobalRate=1.0 samples/sec\n"
PATIENCE = 10.0


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
            await asyncio.wait_for(self.changed.wait_for(true), PATIENCE)

    def loss(self, path: Path) -> float | None:
        runs = self.runs.get(str(path), ())
        return runs[0].metrics["loss"].value if runs else None


def following(directory: Path, scenario: Callable[[Watcher], Awaitable[None]]) -> None:
    async def go() -> None:
        watcher = Watcher(Feed([str(directory)]))
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
