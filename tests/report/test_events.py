"""Events as lines."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.reading import runs_of
from tui.report.events import TEXT_MOST, event_json, event_line
from tui.runs.events import Event
from tui.runs.run import Finding, Spot

LOG = (
    "2024-04-07 06:07:34,371 INFO:   Beginning appliance run\n"
    "2024-04-07 06:11:05,703 INFO:   | Train Device=CSX, Step=1000, Loss={loss}, Rate=4853.35 samples/sec, GlobalRate=4847.18 samples/sec\n"
    "2024-04-07 06:12:26,089 INFO:   Training completed successfully!\n"
)
NOON = 1712491946.0
HOSTILE = "\x1b]0;owned\x07\x1b[2Ja\nb\u202e\x9b31m\udc80"


def ended(loss: str = "7.07812") -> Event:
    (run,) = runs_of(LOG.format(loss=loss), "dir/mytest.log")
    return Event("ended", NOON, run, was="running")


def test_a_line_says_which_run_and_what_with_the_proof() -> None:
    """In one line, with the place in the log."""
    line = event_line(ended())
    assert "dir/mytest.log#1  finished after 4:51 · step 1,000 · loss 7.07812 · throughput 4,847.18 samples/s" in line
    assert line.endswith("Training completed successfully! (dir/mytest.log, line 3)")


def test_an_object_has_the_run_s_keys_and_the_event_s() -> None:
    """One object on one line; numbers as the log printed them."""
    document = json.loads(event_json(ended()))
    assert (document["schema"], document["event"], document["was"], document["state"]) == ("bedwatch-event/1", "ended", "running", "finished")
    assert document["run"] == "dir/mytest.log#1"
    assert document["metrics"]["loss"]["value"] == 7.07812
    assert document["because"]["line"] == 3
    assert document["at"].startswith("20")


def test_a_nan_is_a_string() -> None:
    """JSON has none."""
    assert json.loads(event_json(ended("nan")))["metrics"]["loss"]["value"] == "NaN"


def test_what_a_log_says_neither_breaks_a_line_nor_steers_a_terminal() -> None:
    """In names, paths and messages, in both forms."""
    event = ended()
    spot = Spot(HOSTILE, 3, HOSTILE)
    run = replace(event.run, id=HOSTILE, name=HOSTILE, path=HOSTILE, because=spot)
    for hostile in (
        Event("ended", NOON, replace(run, state="failed", error=spot)),
        Event("finding", NOON, run, finding=Finding("x", "error", HOSTILE, spot)),
        Event("gone", NOON, run),
    ):
        assert event_line(hostile).isprintable()
        assert event_json(hostile).isascii() and event_json(hostile).isprintable()


def test_an_event_stays_small_whatever_a_log_s_line_holds() -> None:
    """A line of a megabyte is quoted, not copied."""
    event = ended()
    long = Spot("a.log", 1, "x" * 1_000_000)
    large = Event("ended", NOON, replace(event.run, because=long, error=long, state="failed"))
    assert len(event_line(large)) < TEXT_MOST + 200
    assert len(event_json(large)) < 4 * TEXT_MOST


def test_progress_always_says_something() -> None:
    """A compile that tells only a projected latency; main figures where there are any."""
    (run,) = runs_of("COMPILE START AT 0\nCOMPILE END AT 780\n", "sambanova/x.out")
    assert "compile" in event_line(Event("progress", NOON, run, changed=("compile_seconds",))).split("  ", 2)[2]
    (trained,) = runs_of(LOG.format(loss="7.5"), "mytest.log")
    assert "step 1,000 · loss 7.50" in event_line(Event("progress", NOON, trained, changed=("rate",)))
