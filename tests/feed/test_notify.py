"""Telling somebody who looks elsewhere."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tui.feed import notify
from tui.feed.notify import Herald, Notifier, command_of, worth_notice
from tui.feed.terminal import notification, to_terminal
from tui.report.events import event_json
from tui.runs.events import Event, EventKind
from tui.runs.run import Finding, Run, Source, Spot, State

PATIENCE = 20.0


def run(state: State = "finished", name: str = "bert", version: int = 1) -> Run:
    return Run(f"{name}.log#1", "groq", "groq", name, f"{name}.log", 1, state=state, version=version,
               sources=(Source(f"{name}.log", 1, 9, "log"),))  # fmt: skip


def event(state: State = "finished", kind: EventKind = "ended", name: str = "bert") -> Event:
    return Event(kind, 0.0, run(state, name), was="running")


class Scene:
    """A notifier with its terminal and its complaints; every wait ends."""

    def __init__(self, tmp_path: Path, **options: object) -> None:
        self.complaints: list[str] = []
        self.written: list[str] = []
        self.there = True
        self.now = 0.0
        options = {"environ": {"TERM": "xterm"}, "clock": lambda: self.now, **options}
        self.notifier = Notifier(as_json=event_json, complain=self.complaints.append, write=self._write, **options)  # type: ignore[arg-type]

    def _write(self, text: str) -> bool:
        self.written.append(text)
        return self.there

    def until(self, true: Callable[[], bool]) -> None:
        ticks = threading.Event()
        for _ in range(int(PATIENCE / 0.02)):
            if true():
                return
            self.notifier.take()
            ticks.wait(0.02)
        raise AssertionError("waited in vain")


@pytest.mark.parametrize(
    ("noticed", "what"),
    [
        (True, event("finished")), (True, event("failed")), (True, event("cancelled")), (True, event("stalled", "state")),
        (True, Event("finding", 0.0, run("running"), finding=Finding("not-a-number", "error", "loss is NaN", Spot("a", 1)))),
        (False, event("finished", "appeared")), (False, event("running", "state")), (False, event("running", "progress")),
        (False, Event("finding", 0.0, run("running"), finding=Finding("rounded", "info", "x", Spot("a", 1)))),
    ],
)  # fmt: skip
def test_only_what_somebody_would_be_fetched_for(noticed: bool, what: Event) -> None:
    """An end, a stall, a NaN; never what was there before, nor mere progress."""
    assert worth_notice(what) is noticed


# the terminal


def test_nothing_is_told_unless_asked(tmp_path: Path) -> None:
    """Bell and notification are off by default."""
    scene = Scene(tmp_path)
    scene.notifier.take([event()])
    assert scene.written == []


def test_many_events_ring_once(tmp_path: Path) -> None:
    """Two hundred jobs that end together are one notification that counts them."""
    scene = Scene(tmp_path, bell=True, notify=True)
    scene.notifier.take([event("failed", name="a"), event("finished", name="b"), event("finished", name="c"), event("running", "state")])
    assert scene.written == ["\a\x1b]9;bedwatch: 1 failed, 2 finished: a, b, c\a"]


def test_where_there_is_no_terminal_that_is_said_once(tmp_path: Path) -> None:
    """Under cron, in a pipe without any."""
    scene = Scene(tmp_path, bell=True)
    scene.there = False
    scene.notifier.take([event()])
    scene.notifier.take([event()])
    assert scene.written == ["\a"]
    assert len(scene.complaints) == 1 and "--on-event" in scene.complaints[0]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;bedwatch: a;b\a"),
        ({"TERM": "rxvt-unicode"}, "\x1b]777;notify;bedwatch;a,b\a"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;bedwatch;a,b\a"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/t,1,0"}, "\x1bPtmux;\x1b\x1b]9;bedwatch: a;b\a\x1b\\"),
        ({"TERM": "screen", "STY": "1.pts-0"}, "\x1bP\x1b]9;bedwatch: a;b\a\x1b\\"),
    ],
)
def test_each_terminal_s_own_sequence(environ: dict[str, str], expected: str) -> None:
    """OSC 9, or 777 where that is known; through tmux and screen to the terminal outside."""
    assert notification("a;b", environ) == expected


def test_a_run_s_name_cannot_leave_the_notification() -> None:
    """Neither end the sequence nor begin another, and it stays short."""
    text = notification("x\a\x1b]0;owned\x07\x9c" + "y" * 1000, {})
    assert text.startswith("\x1b]9;bedwatch: x") and text.count("\x1b") == 1 and text.index("\a") == len(text) - 1
    assert len(text) < 300


def test_the_terminal_is_written_to_whatever_standard_output_is(capfd: pytest.CaptureFixture[str]) -> None:
    """Data goes to standard output; the bell never does."""
    to_terminal("")
    assert capfd.readouterr() == ("", "")


# a command of the user's own


def writer(tmp_path: Path, body: str) -> list[str]:
    """A command that runs this Python with its standard input as `text`."""
    script = tmp_path / "told.py"
    script.write_text(f"import sys, os, time\ntext = sys.stdin.read()\n{body}\n")
    return [sys.executable, "-S", "-E", str(script)]


def test_a_command_gets_the_event_as_json_and_no_shell_sees_it(tmp_path: Path) -> None:
    """A run's name may hold what it likes."""
    out = tmp_path / "out"
    scene = Scene(tmp_path, command=writer(tmp_path, f"open({str(out)!r}, 'a').write(text)"))
    scene.notifier.take([event("failed", name="$(touch pwned); `id`")])
    scene.notifier.close()
    (line,) = out.read_text().splitlines()
    document = json.loads(line)
    assert (document["event"], document["state"], document["name"]) == ("ended", "failed", "$(touch pwned); `id`")
    assert scene.complaints == []


def test_each_event_has_its_own_command_and_few_run_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait, and none is lost."""
    monkeypatch.setattr(notify, "AT_ONCE", 2)
    (tmp_path / "began").mkdir()
    (tmp_path / "ended").mkdir()
    body = (
        f"os.chdir({str(tmp_path)!r})\nme = str(os.getpid())\nopen('began/' + me, 'w').close()\n"
        "while not os.path.exists('go'): time.sleep(0.01)\n"
        "at_once = len(os.listdir('began')) - len(os.listdir('ended'))\nopen('ended/' + me, 'w').write(str(at_once))"
    )
    scene = Scene(tmp_path, command=writer(tmp_path, body))
    scene.notifier.take([event() for _ in range(5)])
    scene.until(lambda: len(list((tmp_path / "began").iterdir())) == 2)
    (tmp_path / "go").touch()
    scene.notifier.close()
    at_once = [int(path.read_text()) for path in (tmp_path / "ended").iterdir()]
    assert len(at_once) == 5 and max(at_once) <= 2


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """And that is said."""
    began = tmp_path / "began"
    scene = Scene(tmp_path, command=writer(tmp_path, f"open({str(began)!r}, 'w').close()\ntime.sleep(600)"), time_out=5.0)
    scene.notifier.take([event()])
    scene.until(began.exists)
    scene.now = 6.0
    scene.notifier.close()
    assert scene.complaints == [f"{sys.executable} took longer than 5 s and was ended"]


def test_a_command_that_fails_or_does_not_read_is_said_and_waited_for_by_nobody(tmp_path: Path) -> None:
    """Its exit status is for people; its output never comes between."""
    script = tmp_path / "deaf.py"
    script.write_text("print('noise')\nraise SystemExit(3)\n")
    scene = Scene(tmp_path, command=[sys.executable, "-S", "-E", str(script)])
    scene.notifier.take([event()])
    scene.notifier.close()
    assert scene.complaints == [f"{sys.executable} ended with exit status 3"]


def test_events_beyond_what_can_wait_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command slower than what happens never fills the memory."""
    monkeypatch.setattr(notify, "WAITING_MOST", 3)
    scene = Scene(tmp_path, command=writer(tmp_path, ""))
    scene.notifier.take([event() for _ in range(10)])
    assert scene.complaints == [f"{sys.executable} is too slow: 7 events left out"]
    scene.notifier.close()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("", "empty"), ("   ", "empty"), ("mail 'x", "quotation"), ("/nonexistent/program x", "no such program")],
)
def test_a_command_that_cannot_run_is_refused_at_the_start(text: str, complaint: str) -> None:
    """Not hours later, when the run fails."""
    with pytest.raises(ValueError, match=complaint):
        command_of(text)


def test_a_command_line_is_split_as_a_shell_does() -> None:
    """Quotes hold words together."""
    assert command_of("env 'a b' c") == ["env", "a b", "c"]


# beside a screen


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[Herald, list[str], list[bool]]]:
    scene, caught_up = Scene(tmp_path, notify=True), [False]
    yield Herald(scene.notifier, lambda: caught_up[0]), scene.written, caught_up


def test_what_is_read_at_first_is_no_news(told: tuple[Herald, list[str], list[bool]]) -> None:
    """A big directory is read slice by slice: runs pass through all their states then."""
    herald, written, caught_up = told
    for version, state in enumerate(("compiling", "running", "finished")):
        herald.take([run(state, version=version)], 0.0)  # type: ignore[arg-type]
    caught_up[0] = True
    for _ in range(3):
        herald.take([run("finished", version=2)], 0.0)
    assert written == []
    herald.take([run("finished", version=2), run("failed", "later")], 0.0)
    assert written == ["\x1b]9;bedwatch: later: failed\a"]
