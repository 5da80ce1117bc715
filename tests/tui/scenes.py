"""The screens and their states, each as the keys that lead there: what the pictures are taken of, and the gallery is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from textual.pilot import Pilot

from tests.tui.fake import NOW, FakeFeed, sample_updates, screen_text, until, until_text
from tui.app import BedwatchApp
from tui.feed.watch import Update
from tui.theme import DARK, LIGHT

Size = tuple[int, int]
Look = Literal["dark", "light", "sixteen", "ascii"]
SMALL, USUAL, LARGE = (80, 24), (120, 40), (200, 60)
FIRST_LOOK = "tui.app.FIRST_LOOK"
"""What says for how long there may be nothing yet; who shows that time makes it last."""


@dataclass(frozen=True)
class Scene:
    """A state of the program over the sample runs, or where there is nothing to show: the keys, and a text that is then seen.
    A key `text:abc` types that. `caption` says what there is to see."""

    name: str
    caption: str
    keys: str = ""
    text: str = "gpt3_111m_unfinished"
    feed: Literal["samples", "none", "late", "broken"] = "samples"
    sizes: tuple[Size, ...] = (SMALL, USUAL, LARGE)


SCENES = (
    Scene("overview", "The overview: what lives first, then what ended last; below the selected run's progress, throughput, "
          "metrics, findings and the end of its log"),
    Scene("cerebras", "A testbed's tab: its own results in columns, the unit in the head where all share it", "4 j",
          "bert_large_bs1024"),
    Scene("graphcore", "A finding says where the name claims what the log does not show", "3", "The name says 20 epochs"),
    Scene("groq", "Latency instead of loss; what the compiler only estimates is marked so", "5", "LATENCY"),
    Scene("sambanova", "Submissions, and a run that trained before it failed: the reason in its row", "2", "bertlarge_ntasks8_run"),
    Scene("repeats", "Grouped by repeats, with mean, deviation and range of what came out", "3 v v", "repeats"),
    Scene("filter", "Filtered while it is typed", "slash text:cerebras", "bert_large_bs512"),
    Scene("no-match", "A filter that matches nothing says what to do", "slash text:nosuch enter", "No run matches"),
    Scene("zoom", "One pane alone, while the table is gone through", "4 j z z", "throughput, samples/s by step"),
    Scene("columns", "Columns are chosen from everything that the runs of a tab say", "4 C", "columns of cerebras"),
    Scene("run", "One run large: its curve, phases, metrics, parameters, each with its line in the log", "4 j enter", "by step"),
    Scene("run-several", "Several series on one axis, smoothed over the readings, with one cursor", "4 j enter y s left left",
          "loss, nat by step"),
    Scene("log", "The log by line, recognised lines tinted, followed at its end", "4 j l", "follow"),
    Scene("log-search", "Searched, with redraws and repeats folded", "3 l slash text:accuracy enter", "line 10 of"),
    Scene("diff-submissions", "Two submit logs: no training in either, and the clock that differs is the script's",
          "2 space space d", "diff of 2 runs"),
    Scene("diff-repeats", "Three runs that are repeats: what differs is noise, and a claim is contradicted",
          "3 space space space d", "diff of 3 runs"),
    Scene("diff", "Three batch sizes: not the same work, so some rows are not compared, and the reason is said",
          "4 j space space space d", "diff of 3 runs"),
    Scene("diff-curves", "All runs' curves on common ground, named by what tells the runs apart", "4 j space space space d m",
          "curves:"),
    Scene("log-against-log", "Two logs line by line, with times, ids and addresses masked", "4 j space space d l", "alike"),
    Scene("help", "Every key, first those of the screen where it was asked", "question_mark", "On the overview"),
    Scene("palette", "Any action by its name", "colon", "Search for commands"),
    Scene("export", "What a screen shows, as Markdown to a file outside what is watched", "w ctrl+u text:runs.md", "runs.md"),
    Scene("paused", "The screen stands still; the logs are read all the while", "p", "paused"),
    Scene("nothing", "Nothing there yet", "", "No runs yet", "none"),
    Scene("loading", "Before the first look", "", "Looking at", "late"),
    Scene("stopped", "What is on the screen stays, and that it is no longer followed is said", "", "stands", "broken"),
    Scene("too-small", "A terminal that is too small says how much is needed", "", "Too small", sizes=((40, 10),)),
)  # fmt: skip


class Broken(FakeFeed):
    """Gives what it has, and then fails."""

    async def updates(self) -> AsyncIterator[list[Update]]:
        """One batch."""
        async for batch in super().updates():
            yield batch
            raise OSError("no more handles")


def name_of(scene: Scene, size: Size, look: Look) -> str:
    """A picture's name."""
    return f"{scene.name}-{size[0]}x{size[1]}-{look}"


def shots() -> Iterator[tuple[Scene, Size, Look]]:
    """Every picture: dark at all sizes; light, in sixteen colours and in ASCII at one each."""
    for scene in SCENES:
        for size in scene.sizes:
            yield scene, size, "dark"
        if USUAL in scene.sizes:
            yield scene, USUAL, "light"
            yield scene, USUAL, "sixteen"
            yield scene, SMALL, "ascii"


def app_of(scene: Scene, look: Look, directory: Path) -> BedwatchApp:
    """The program in front of a scene's runs, its clock and all motion standing still. `directory` takes the sample runs."""
    updates = sample_updates(directory) if scene.feed in ("samples", "broken") else ()
    feed = (Broken if scene.feed == "broken" else FakeFeed)(updates)
    return BedwatchApp(
        feed, clock=lambda: NOW, where="runs", only_ascii=look == "ascii", few_colours=look == "sixteen",
        theme=LIGHT if look == "light" else DARK, reduced_motion=True,
    )  # fmt: skip


async def play(scene: Scene, pilot: Pilot[None]) -> None:
    """Press the scene's keys, and wait until what it is about is seen, and the log's end has been read."""
    app = pilot.app
    assert isinstance(app, BedwatchApp)
    if scene.keys or scene.feed == "broken":
        await until_text(pilot, "gpt3_111m_unfinished")
    for key in scene.keys.split():
        await pilot.press(*_typed(key))
    await until_text(pilot, scene.text)
    await until(pilot, lambda: "\n…" not in screen_text(app), "the log's end")
    await pilot.pause()


def _typed(key: str) -> Sequence[str]:
    kind, _, text = key.partition(":")
    return tuple(text) if kind == "text" else (key,)
