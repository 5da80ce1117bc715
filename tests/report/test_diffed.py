"""A comparison as it is written: the same content in every form, and nothing in it that a reader would take for more than text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.comparable_runs import losses, run
from tui.report.diffed import FORMS, diff_text
from tui.report.diffed.latex import escaped as latex_escaped
from tui.report.diffed.markdown import code
from tui.report.diffed.markdown import escaped as markdown_escaped
from tui.runs.compare import Comparison, compare
from tui.runs.numbers import number
from tui.runs.run import Amount, Finding, Run, Spot

SMALL = run(
    "bs512", params={"batch_size": 512, "learning_rate": 1e-4}, progress={"step": Amount(1000, 1000)},
    metrics={"loss": 7.125, "throughput": 2931.64}, series={"loss": losses([9.5, 8.0, 7.125])},
)  # fmt: skip
LARGE = run(
    "bs1024", params={"batch_size": 1024, "learning_rate": 1e-4}, progress={"step": Amount(1000, 1000)},
    metrics={"loss": 7.07812, "throughput": 4847.18}, findings=(Finding("claim-mismatch", "warning", "The name says no", Spot("b.log", 7)),),
)  # fmt: skip
COMPARISON = compare([SMALL, LARGE])
HOSTILE = "\x1b[31m\u202e[@click=app.quit] | <script>alert(1)</script> `x` \\input{/etc/passwd} $(rm) %\n# *"
_ESCAPED = re.compile(r"\\(?:([{}$&#%_])|(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar)\{\}|char(\d+)\{\})")
_NAMED = {"textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~", "textless": "<", "textgreater": ">", "textbar": "|"}


def written(form: str, comparison: Comparison = COMPARISON, **options: object) -> str:
    return diff_text(comparison, form, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_who_what_and_where(form: str) -> None:
    """Both runs, the change in number and percent, whether it is better, the finding with file and line."""
    text = written(form).replace("\\allowbreak{}", "").replace("\\ensuremath{-}", "-")
    for piece in ("bs512", "bs1024", "4,847.18", "The name says no"):
        assert piece in text
    assert "1915.54" in text or "+1,915.54" in text
    assert "65.3" in text
    assert "better" in text
    assert "b.log:7" in text or '"path": "b.log",\n     "line": 7' in text


@pytest.mark.parametrize("form", FORMS)
def test_what_may_not_be_compared_is_shown_with_the_reason(form: str) -> None:
    """Never silently dropped: both values stand, no difference does."""
    text = written(form).replace("\\allowbreak{}", "")
    assert "7.07812" in text
    assert "0.04688" not in text
    assert "different work: 512,000 against 1,024,000 samples" in text


@pytest.mark.parametrize("form", FORMS)
def test_equal_rows_are_left_out_and_counted(form: str) -> None:
    """With everything asked for, nothing is."""
    count = sum(not row.differs for row in COMPARISON.rows)
    short, whole = written(form), written(form, everything=True)
    assert count > 0
    assert str(count) in short
    assert "learning rate" in whole or "learning_rate" in whole
    label = '"label": "learning rate"' if form == "json" else "learning rate"
    assert label not in short.split('"rows"')[-1]
    assert "left out" not in whole


def test_a_run_against_itself_shows_no_row() -> None:
    """All are counted as equal."""
    comparison = compare([SMALL, SMALL])
    document = json.loads(written("json", comparison))
    assert document["rows"] == []
    assert document["equal_rows_left_out"] == len(comparison.rows)


def test_json_keeps_values_whole_and_knows_no_number_that_json_lacks() -> None:
    """Numbers are not rounded; NaN is a string; what is missing is null, never zero."""
    one, other = run("a", metrics={"loss": 1 / 3}), run("b", metrics={"loss": float("nan"), "accuracy": 98.3})
    rows = {row["name"]: row for row in json.loads(written("json", compare([one, other])))["rows"]}
    assert [cell["value"] for cell in rows["loss"]["cells"]] == [1 / 3, "NaN"]
    assert rows["loss"]["cells"][1]["delta"] is None
    assert [cell["value"] for cell in rows["accuracy"]["cells"]] == [None, 98.3]
    assert (rows["accuracy"]["unit"], rows["accuracy"]["better"], rows["accuracy"]["evidence"]) == ("%", "higher", "measured")


def test_every_key_of_the_json_is_documented() -> None:
    """docs/data.md names each key of the comparison's document, and of its parts."""
    document = json.loads(written("json", everything=True))
    parts = [document, document["rows"][0], document["rows"][0]["cells"][0], *document["findings"], *document["repeats"][:1]]
    told = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert {key for part in parts for key in part if f"`{key}`" not in told and f'"{key}"' not in told} == set()


@pytest.mark.parametrize("count", [2, 3, 4, 7])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_table_keeps_to_the_terminal(count: int, width: int) -> None:
    """No line is longer, whatever the number of runs; each run is there, beside the baseline."""
    runs = [replace(LARGE, name=f"run_with_a_long_name_{at}", id=f"{at}.log#1", metrics=SMALL.metrics if at else LARGE.metrics) for at in range(count)]
    lines = written("table", compare(runs), width=width, everything=True).split("\n")
    assert max(map(len, lines)) <= width
    head = "".join("".join(line.split()) for line in lines)
    assert all(f"_{at}" in head for at in range(count))


def test_on_a_pipe_nothing_is_cut_or_coloured() -> None:
    """A command of a thousand characters stands on one line, and no column is as wide as it."""
    setting = " ".join(f"option{at}={at}" for at in range(100))
    text = written("table", compare([run("a", params={"flags": setting}), run("b", params={"flags": "x"})]))
    assert any(line.endswith(setting) for line in text.split("\n"))
    assert sorted(map(len, text.split("\n")))[-2] < 400
    assert "\x1b" not in text and "…" not in text


def test_better_and_worse_stand_in_words_beside_colour() -> None:
    """Colour is added, and takes no word's place."""
    plain, coloured = written("table", width=80), written("table", width=80, colour=True)
    assert "\x1b[32m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_stays_text(form: str) -> None:
    """Escape sequences, markup, HTML and TeX of a log reach neither terminal nor page."""
    one = run(HOSTILE, params={"command": HOSTILE, "model_dir": HOSTILE * 3})
    text = written(form, compare([one, SMALL]), everything=True)
    if form == "json":
        assert json.loads(text)["runs"][0]["name"] == HOSTILE
        return
    assert not set("\x1b\u202e\x9b") & set(text)
    if form == "markdown":
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
        assert "<script" not in outside
        assert not re.search(r"(?<!\\)\[", outside)
    if form == "latex":
        assert "\\input{" not in text


def test_a_markdown_table_has_as_many_cells_in_every_row() -> None:
    """A bar within a value ends no cell."""
    text = written("markdown", compare([run("a|b", params={"shell": "x | y", "word": "a|b"}), SMALL]), everything=True)
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in table.strip().split("\n")} == {4}


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_latex_prints_what_the_log_holds(line: str) -> None:
    """Whatever ASCII text is escaped, unescaped it is the same, and no sign that TeX acts on is left bare."""
    text = latex_escaped(line).replace("\\allowbreak{}", "")
    bare = re.sub(r"(?<=[-',])\{\}(?=[-',])|\{([\[\]*])\}", r"\1", text.replace("~\\%", " \\%"))

    def unescaped(found: re.Match[str]) -> str:
        return found[1] or _NAMED.get(found[2], "") or chr(int(found[3]))

    assert _ESCAPED.sub(unescaped, bare) == line
    assert not set(_ESCAPED.sub("", bare)) & set("{}$&#%_^~\\")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"])))
def test_markdown_escapes_every_sign_of_markup(line: str) -> None:
    """No tag, link, emphasis or table cell begins within it."""
    text = re.sub(r"\\[\\`*{}\[\]|~$_#]|&(?:lt|gt|amp);", "", markdown_escaped(line))
    assert not set(text) & set("`*[]|~$<>&")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_a_code_span_holds_the_text_as_it_stands(line: str) -> None:
    """Its fence is longer than any run of ticks within."""
    span = code(line)
    fence = re.match("`+", span)
    assert fence is not None
    assert fence[0] not in re.findall("`+", line)
    assert span.strip("`").strip(" ") == line.strip("`").strip(" ") or "`" in line


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here")
def test_latex_compiles_without_any_package(tmp_path: Path) -> None:
    """An article of three lines that reads it becomes a document, hostile text and all."""
    runs: Sequence[Run] = [run(HOSTILE, params={"command": HOSTILE + "é 漢字 ± × ü — ‘x’ --a ?` !`"}), SMALL, LARGE]
    (tmp_path / "diff.tex").write_text(written("latex", compare(runs), everything=True), encoding="utf-8")
    (tmp_path / "a.tex").write_text("\\documentclass{article}\\begin{document}\n\\input{diff.tex}\n\\end{document}\n")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"], cwd=tmp_path, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert (tmp_path / "a.pdf").stat().st_size > 1000


def test_repeats_are_told_with_their_spread() -> None:
    """How many, mean, deviation and range, in every form."""
    given = {"batch_size": 8, "epochs": 10, "num_devices": 1}
    runs = [run(f"r{at}", model="m", params=given, metrics={"accuracy": value}) for at, value in enumerate((97.69, 98.3, 98.35))]
    comparison = compare(runs)
    assert len(comparison.repeats) == 1
    for form in ("table", "markdown", "latex"):
        text = written(form, comparison).replace("\\ensuremath{\\pm}", "±").replace("\\", "").replace("~", " ")
        assert "accuracy 98.11 ± 0.37 % (97.69 to 98.35, n=3)" in text
        assert "within noise" in text
    spread = json.loads(written("json", comparison))["repeats"][0]["metrics"]["accuracy"]
    assert (spread["n"], spread["low"], number(spread["mean"], 4)) == (3, 97.69, "98.11")
