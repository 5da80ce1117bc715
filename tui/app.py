"""The program on the terminal: news from the feed in, a board out to the screens, one flush a quarter second."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from rich.console import RenderableType
from textual import events, on
from textual._compositor import ChopsUpdate
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from tui.feed.notify import Herald
from tui.feed.watch import Update
from tui.judging import Judging
from tui.keys import USUAL, Keys, app_bindings
from tui.messages import FeedStopped, FilesChanged, JobsTold
from tui.narrow import Narrow
from tui.remembered import PLAIN_LOOK, Look, Memory
from tui.runs.job import Job
from tui.runs.run import Run
from tui.runs.scheduled import asked_for
from tui.screens.base import Board, BoardScreen, name_of
from tui.screens.help import HelpScreen
from tui.screens.overview import OverviewScreen
from tui.theme import CHOICES, DARK, LIGHT, SIXTEEN, THEMES
from tui.turns import Turns
from tui.widgets.ascii import Ascii
from tui.widgets.tabs import tabs_of

FLUSH = 0.25
"""Seconds between two drawings at most, whatever comes in."""
WAY = 0.05
"""Seconds for which reading makes way for a key or a drawing."""
FRAME = 0.09
"""Seconds after a key when its frame is there, and the next key, also of somebody who types fast, is not."""
FIRST_LOOK = 1.5
"""Seconds without news after which there is nothing to show, rather than nothing yet."""
CALM, LONGEST_CALM = 0.12, 0.6
"""Seconds without news that end the first reading, and how long to wait for them at most."""
AT_REST = 1.0
"""Seconds after the last change of how it is looked at until that is written down."""


class News(Protocol):
    """Where updates come from: `tui.feed.watch.Feed`, or a test's own."""

    def updates(self) -> AsyncIterator[list[Update]]:
        """What changed, batch by batch."""

    def refresh(self) -> None:
        """Look at every file at once."""

    def close(self) -> None:
        """End `updates` soon."""


class Queue(Protocol):
    """Where schedulers' words come from: `tui.feed.queue.QueueWatch`, or a test's own."""

    @property
    def trouble(self) -> str:
        """Why the last question found no answer; empty while all is well."""

    def updates(self) -> AsyncIterator[Mapping[str, Job]]:
        """All that is known by job id, after each answer."""

    def close(self) -> None:
        """End `updates` soon."""


class BedwatchApp(App[None], inherit_bindings=False):
    """The dashboard over a feed. `clock` gives seconds since 1970; `where` says in words what is watched. `only_ascii` draws no
    other signs, `few_colours` only the terminal's own, whatever the `theme`; `reduced_motion` moves nothing by itself; `keys` are
    those of its user; `memory` is how that looked at these paths before."""

    BINDINGS = app_bindings()
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self, feed: News, *, clock: Callable[[], float] = time.time, title: str = "bedwatch", where: str = "",
        only_ascii: bool = False, few_colours: bool = False, keys: Keys = USUAL, theme: str = DARK,
        reduced_motion: bool = False, memory: Memory | None = None,
    ) -> None:  # fmt: skip
        super().__init__(ansi_color=True if few_colours else None)
        self._ascii = (Ascii(),) if only_ascii else ()
        self.title = title
        self._feed = feed
        self._clock = clock
        self._where = where
        self._memory = memory
        self._look = memory.look() if memory is not None else PLAIN_LOOK
        self._remembering: Timer | None = None
        self._judging = Judging()
        self._dirty = self._paused = self._drawing = False
        self._live_among: tuple[tuple[Run, ...], bool] = (), False
        self._first_news = 0.0
        self._settling: Timer | None = None
        self._board = Board(where=where, keys=keys)
        self._queue_trouble = ""
        self.herald: Herald | None = None
        self.queue: Queue | None = None
        self.at_rest: Callable[[float], object] | None = None
        """Told before each drawing, and after the frame of each key, for how many seconds no key was pressed."""
        for ours in THEMES:
            self.register_theme(ours)
        self.theme = SIXTEEN if few_colours else theme
        if reduced_motion:
            self.animation_level = "none"
        self._still = self.animation_level == "none"  # also by TEXTUAL_ANIMATIONS=none
        self.turns = Turns(still=self._still)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own, where it reads from a Unix terminal with less waiting."""
        usual = super().get_driver_class()
        if usual.__module__ != "textual.drivers.linux_driver":
            return usual
        from tui.keyboard import PromptDriver  # of Unix alone

        return PromptDriver

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Every frame goes through here."""
        if type(renderable) is ChopsUpdate:
            renderable = Narrow(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every drawn line goes through: with `only_ascii`, its signs become ASCII."""
        return [*super().get_line_filters(), *self._ascii]

    def on_mount(self) -> None:
        """Begin to follow and to draw."""
        self.turns.begin()
        self.set_keymap(self._board.keys.keymap())
        self._board = self._made(now=self._clock(), roots=tuple(getattr(self._feed, "paths", ())))
        self.push_screen(OverviewScreen(self._board, self._look, self._looked))
        self.run_worker(self._follow(), group="feed", exit_on_error=False)
        if self.queue is not None:
            self.run_worker(self._ask(self.queue), group="queue", exit_on_error=False)
        self.set_interval(FLUSH, self._beat)
        if self.herald is not None:
            self.set_interval(FLUSH, self._tell)

    async def _follow(self) -> None:
        """Hand on what the feed reads; only handlers touch state."""
        try:
            async for batch in self._feed.updates():
                self.post_message(FilesChanged(batch))
        except Exception as error:  # whatever it was: the screen stays, and says that it is no longer followed
            self.post_message(FeedStopped(f"no longer followed: {type(error).__name__}: {error}"))

    async def _ask(self, queue: Queue) -> None:
        """Hand on what schedulers say; the logs alone tell when they cannot be asked."""
        try:
            async for jobs in queue.updates():
                self.post_message(JobsTold(jobs, queue.trouble))
        except Exception as error:
            self.post_message(JobsTold({}, f"the queue is no longer asked: {type(error).__name__}: {error}"))

    def wanted_jobs(self) -> Mapping[str, str]:
        """The job ids that a scheduler's word would help with, each with the path of a log of that job."""
        return asked_for(self._board.runs, self._board.logs)

    async def on_event(self, event: events.Event) -> None:
        """A key comes before what is read and what is drawn."""
        if isinstance(event, events.Key):
            self.key_comes()
            self.set_timer(FRAME, self.tell_rest)
        await super().on_event(event)

    def key_comes(self) -> None:
        """A key was pressed: let reading and drawing stand for its own frame. The thread that waits for keys says so too."""
        self.turns.pressed()
        self._make_way()

    def tell_rest(self) -> None:
        """Say for how long no key was pressed."""
        if self.at_rest is not None:
            self.at_rest(self.turns.idle)

    def _make_way(self) -> None:
        if (make_way := getattr(self._feed, "make_way", None)) is not None:
            make_way(WAY)

    @on(JobsTold)
    def _told(self, message: JobsTold) -> None:
        if message.trouble and message.trouble != self._queue_trouble:
            self.complain(f"{message.trouble}; states are from the logs alone")
        self._judging.jobs, self._queue_trouble, self._dirty = message.jobs, message.trouble, True

    @on(FilesChanged)
    def _apply(self, message: FilesChanged) -> None:
        self._judging.take(message.updates)
        self._dirty = True
        if message.updates:
            self._board = self._made(news_at=self._clock())
        if not self._board.looked:
            self._first_news = self._first_news or time.monotonic()
            if self._settling is not None:
                self._settling.stop()
            wait = min(CALM, self._first_news + LONGEST_CALM - time.monotonic())
            self._settling = self.set_timer(max(0.001, wait), self._settled)
        elif self.turns.quiet(FLUSH):
            self.call_later(self._draw)  # a line now and then is on the screen at once; of many, the next beat's batch

    async def _settled(self) -> None:
        """Draw for the first time: what is there then is whole, so that a key pressed at once finds its runs."""
        self._board, self._dirty = self._made(looked=True), True
        await self._draw()

    @on(FeedStopped)
    def _stopped(self, message: FeedStopped) -> None:
        self._board = self._made(trouble=message.why, looked=True)
        leave = f"{self._board.keys.name('quit')} leaves; start bedwatch again to follow them"
        self.notify(f"{message.why}. What is shown stands still. {leave}", severity="error", timeout=30, markup=False)
        self._dirty = True

    @property
    def drawn(self) -> bool:
        """Whether the screen shows all that came in."""
        return self._board.looked and not self._dirty and not self._drawing

    def complain(self, why: str) -> None:
        """Say that something beside the screen went wrong."""
        self.notify(why, severity="warning", markup=False)

    def _tell(self) -> None:
        if self.herald is not None:
            self.herald.take(self._board.runs, self._clock())

    def _made(self, **changes: object) -> Board:
        return replace(self._board, **changes)  # type: ignore[arg-type]

    async def _beat(self) -> None:
        self.tell_rest()
        await self._draw()

    async def _draw(self) -> None:
        """Draw what came, if anything did. It is judged in a thread, and shown when no key waits for its own frame."""
        if self._drawing or self.turns.resting:
            return
        if not self._board.looked:
            if self._first_news or self.turns.running <= FIRST_LOOK:
                return
            self._board, self._dirty = self._made(looked=True), True
        due = self.turns.due(news=self._dirty, live=self._some_live())
        if due is None:
            return
        self._dirty, self._drawing = False, True
        try:
            self.turns.drawn(await self._drawn_anew(judge=due == "judged"))
        finally:
            self._drawing = False

    def _some_live(self) -> bool:
        """Whether some run is going; asked at each beat, and looked up when there are other runs."""
        runs = self._board.runs
        if self._live_among[0] is not runs:
            self._live_among = runs, any(run.live for run in runs)
        return self._live_among[1]

    async def _drawn_anew(self, *, judge: bool) -> float:
        """Seconds that it took, without those in which keys went first."""
        spent = 0.0
        if judge:
            await self.turns.keys_first()
            began = time.monotonic()
            self.turns.judging()
            await self._judge()
            spent += time.monotonic() - began
            await self.turns.keys_first()
            self._make_way()
        began = time.monotonic()
        status = getattr(self._feed, "status", None)
        self._board = self._made(now=self._clock(), feed=status() if status is not None else None)
        if not self._paused:
            self._show()
        return spent + time.monotonic() - began

    def _show(self) -> None:
        """Hand the board to the screens; while paused, once, so that they say so."""
        for screen in self.screen_stack:
            if isinstance(screen, BoardScreen):
                screen.take(replace(screen.board if self._paused else self._board, paused=self._paused))

    async def _judge(self) -> None:
        """Links, liveness and findings anew over all runs."""
        runs, logs = await self._judging.runs(self._clock(), self._board.runs)
        count = getattr(self._feed, "file_count", len(self._judging.files))
        self._board = self._made(runs=runs, logs=logs, files=count)

    def _looked(self, look: Look) -> None:
        """Somebody looks otherwise now: that is remembered when they have come to rest."""
        self._look = look
        if self._remembering is not None:
            self._remembering.stop()
        self._remembering = self.set_timer(AT_REST, self._remember)

    def _remember(self) -> None:
        if self._memory is not None:
            self._memory.keep(self._look)

    # actions that every screen has

    def action_look(self) -> None:
        """Look at every file now."""
        self._feed.refresh()

    def action_pause(self) -> None:
        """Let the screens stand still, or show what came since."""
        self._paused = not self._paused
        self._show()

    @on(events.DescendantFocus)
    def _entered(self, event: events.DescendantFocus) -> None:
        """A text is entered: where motion is to be reduced, its cursor does not blink."""
        if self._still and isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    def action_theme(self) -> None:
        """Dark to light and back."""
        if self.theme == SIXTEEN:
            self.notify("Colours are the terminal's own here: it decides on dark or light", markup=False)
            return
        self.theme = LIGHT if self.theme == DARK else DARK

    def action_keys(self) -> None:
        """Every key."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self._board, name_of(self.screen)))

    def action_suspend_process(self) -> None:
        """To the shell; what comes meanwhile is read once it comes back."""
        super().action_suspend_process()

    async def action_quit(self) -> None:
        """Leave at once."""
        self._remember()
        self._feed.close()
        if self.queue is not None:
            self.queue.close()
        self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the screen below the palette, by its name, with its key."""
        for key in self._board.keys.of(name_of(screen)):
            if key.id == "palette":
                continue
            if key.id == "tab":
                for number, tab in enumerate(tabs_of(self._board.runs), 1):
                    run = partial(self.run_action, f"tab({number})", screen)
                    yield SystemCommand(f"Testbed: {tab.label}", f"{self._board.keys.tab(number)}  {key.help}".strip(), run)
                continue
            label = key.label[0].upper() + key.label[1:]
            yield SystemCommand(label, f"{key.shown}  {key.help}".strip(), partial(self.run_action, key.action, screen))
        for theme in CHOICES if self.theme != SIXTEEN else ():
            yield SystemCommand(f"Theme: {theme}", "Its colours", partial(setattr, self, "theme", theme))
