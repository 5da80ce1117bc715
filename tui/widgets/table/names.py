"""Names in a column that is too narrow for them: two that differ never look the same where that can be helped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tui.widgets.cells import cut, middle_cut

_JOINTS = "-_./ "


def told_apart(names: Iterable[str], width: int) -> Mapping[str, str]:
    """For names that would look like another one with their middles left out in `width` columns: what to write instead, from
    the word on in which they begin to differ. All others are as `middle_cut` makes them.

    >>> told_apart(["anna__llama2-7b-start-queued", "anna__vit-7b-start-queued"], 16)
    {'anna__llama2-7b-start-queued': '…llama2-7b-star…', 'anna__vit-7b-start-queued': '…vit-7b-start-q…'}
    """
    alike: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if len(name) > width or not name.isascii():
            alike[middle_cut(name, width)].add(name)
    told: dict[str, str] = {}
    for same in alike.values():
        if len(same) < 2:
            continue
        first, last = min(same), max(same)  # what these two share all of them share
        shared = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
        word = 1 + max(first.rfind(joint, 0, shared) for joint in _JOINTS)
        begin = word if shared - word < width // 2 else shared
        instead = {name: cut("…" + name[begin:], width) for name in sorted(same)}
        if len(set(instead.values())) > 1:
            told |= instead
    return told
