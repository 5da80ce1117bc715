"""What a careful colleague would say of a run, in whole sentences, the gravest first."""

from __future__ import annotations

from collections.abc import Sequence

from tui.runs.run import Finding, Run
from tui.widgets.cells import Line, plain, rule, wrapped
from tui.widgets.pane import Pane

SIGNS = {"error": ("✗", "bad"), "warning": ("▲", "warn"), "info": ("•", "info")}
_RANK = {"error": 0, "warning": 1, "info": 2}


def finding_lines(finding: Finding, width: int, *, place: bool = True, who: str = "") -> list[Line]:
    """The sentence, wrapped, behind its sign; then the line that it rests on."""
    sign, style = SIGNS[finding.severity]
    text = plain(finding.message)
    line = f":{finding.spot.line}" if finding.spot.line else ""
    where = f"({plain(finding.spot.path)}{line})" if place else ""
    lines = wrapped(f"{who}: {text}" if who else text, width - 2)
    made: list[Line] = [((f"{sign} " if at == 0 else "  ", style), (line, "text")) for at, line in enumerate(lines)]
    if where and made:
        if len(lines[-1]) + len(where) + 3 <= width:
            made[-1] = (*made[-1], (f" {where}", "faint"))
        elif len(where) + 2 <= width:
            made.append((("  ", style), (where, "faint")))
    return made


def gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    """Errors, then warnings, then the rest; each kind in the log's order."""
    return sorted(findings, key=lambda finding: _RANK[finding.severity])


class FindingsPane(Pane):
    """The selected run's findings."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run: Run | None = None

    def show(self, run: Run | None) -> None:
        """Draw this run."""
        if run != self._run:
            self._run = run
            self.touch()

    def wish(self, width: int) -> int:
        """The lines it would take to say all of it."""
        findings = self._run.findings if self._run else ()
        return 1 + max(1, sum(len(finding_lines(finding, width, place=False)) for finding in findings))

    def build(self, width: int, height: int) -> list[Line]:
        findings = gravest_first(self._run.findings) if self._run else []
        if not findings:
            return [rule("findings", width), (("Nothing to remark" if self._run else "No run selected", "dim"),)]
        room, shown = height - 1, 0
        lines: list[Line] = []
        for finding in findings:
            made = finding_lines(finding, width, place=False)
            if lines and len(lines) + len(made) > room:
                break
            lines += made
            shown += 1
        hidden = len(findings) - shown
        enter = self.keys.name("open")
        note = f"{hidden} more: {enter}" if hidden else f"cut: {enter} for all" if len(lines) > room else ""
        return [rule("findings", width, note), *lines]

    async def on_click(self) -> None:
        """The run with all that there is to remark."""
        await self.act("open")
