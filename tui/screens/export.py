"""Export: what a screen shows, written as Markdown to a file that the user names, never into a watched directory."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.keys import EXPORT, bindings
from tui.screens.base import Board, BoardScreen
from tui.widgets.cells import BLANK, Line, plain, rule, wrapped
from tui.widgets.keybar import KeyBar
from tui.widgets.pane import Pane


def suggested(name: str, roots: Sequence[str]) -> str:
    """Where the file would go by itself: here, else at home, whichever is not watched; without a directory where both are."""
    for directory in (Path.cwd(), Path.home()):
        if not watched(str(directory / name), roots):
            return str(directory / name)
    return name


def watched(path: str, roots: Sequence[str]) -> bool:
    """Whether a file would lie in a watched directory, or beside a watched log: there is nothing written."""
    parent = os.path.dirname(os.path.realpath(os.path.expanduser(path)))
    for root in roots:
        real = os.path.realpath(root)
        real = real if os.path.isdir(real) else os.path.dirname(real)
        if parent == real or parent.startswith(os.path.join(real, "")):
            return True
    return False


class Said(Pane):
    """What will be written, and what came of it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._what = self._word = ""

    def show(self, what: str, word: str) -> None:
        """Draw these."""
        if (what, word) != (self._what, self._word):
            self._what, self._word = what, word
            self.touch()

    def build(self, width: int, height: int) -> list[Line]:
        lines: list[Line] = [rule("write", width, strong=True), BLANK, ((f"{self._what}, as Markdown", "text"),)]
        told = "Name the file, then Enter. Watched directories are never written to."
        lines += [((line, "dim"),) for line in wrapped(told, width)]
        return [*lines, BLANK, *(((line, "warn"),) for line in wrapped(plain(self._word), width))]


class ExportScreen(BoardScreen):
    """Asks for a file's name. `text` makes what is written; a file that is there is replaced only when asked twice."""

    BINDINGS = bindings(EXPORT)
    AUTO_FOCUS = "#file"

    def __init__(self, board: Board, what: str, name: str, text: Callable[[], str]) -> None:
        super().__init__(board)
        self._what, self._text = what, text
        self._name = suggested(name, board.roots)
        self._word = ""
        self._asked = ""

    def content(self) -> ComposeResult:
        yield Said(id="said")
        yield Input(self._name, id="file", select_on_focus=False)
        yield KeyBar(EXPORT, id="keys")

    def show(self) -> None:
        self.query_one(Said).show(self._what, self._word)

    def _say(self, word: str) -> None:
        self._word = word
        self.show()

    @on(Input.Submitted, "#file")
    def _write(self, event: Input.Submitted) -> None:
        path = os.path.expanduser(event.value.strip())
        if not path or os.path.isdir(path):
            self._say("Name a file")
        elif watched(path, self.board.roots):
            self._say(f"{path} lies in a watched directory, which is only read: name another")
        elif os.path.exists(path) and self._asked != path:
            self._asked = path
            self._say(f"{path} is there already: Enter again replaces it")
        else:
            try:
                Path(path).write_text(self._text(), encoding="utf-8", errors="replace")
            except OSError as error:
                self._say(f"{path}: {error.strerror}; name a file that can be written")
                return
            self.dismiss()
            self.app.notify(f"Written: {path}", markup=False)


def runs_markdown(board: Board, ids: Sequence[str]) -> str:
    """The runs of a table, a row each."""
    from tui.report.frame import runs_frame, short  # 170 ms: polars
    from tui.report.written import frame_bytes

    runs = [run for run_id in ids if (run := board.run(run_id)) is not None]
    return frame_bytes(short(runs_frame(runs)), "markdown").decode("utf-8", "replace")
