"""The fields of a line: key, separator, value, unit and decoration, in whatever order a program prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from parsers.metrics import METRICS
from parsers.readings.keys import BESIDE, PROSE, begins_with_key, resolve, told_of
from parsers.readings.tokens import NUMBER, Token, tokens
from parsers.readings.understood import Conversion, Figure, Role
from parsers.readings.vocabulary import EVALUATION, LEFT, TRAINING, Meaning, duration, measures, plain, rate, works

_TOTAL = re.compile(r"\s{0,8}(?:/\s{0,8}|of )(?P<total>\d{1,3}(?:,\d{3})+|\d+)(?![\d.]|,+\d)")
_UNIT = re.compile(
    r"(?P<gap>\s{0,3})(?P<unit>[A-Za-zµ]+(?: per [A-Za-z]+){1,2}|[A-Za-zµ]+(?:\s?/\s?[A-Za-z]+){0,3}|%)(?![\w-])"
)
_SPACED = re.compile(r"(?:(?<=[=:] )|(?<=[=:]))\d{1,3}(?: \d{3})+(?:\.\d+)?(?= [A-Za-z]+/s)")
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12}
_SCALE = re.compile(r"[kKMBGT](?![\w/])")
_ARROW = re.compile(rf"\s?(?:[-=]+>|→)\s?(?P<value>{NUMBER})")
_BRACKETS = re.compile(r"\]\s{0,3}\[\s{0,9}")
"""Between an epoch's number and the count within it: `Epoch: [6]  [ 20/622]`."""
_LIST = re.compile(rf"(?:, ?{NUMBER}){{1,16}}(?=\s{{0,3}}(?:[;|\])]|$))")
"""What makes a number one of several: a list has no one value."""
_EACH = re.compile(r"\s?(?:/|per|each|\(per|\[per)\s?(?P<device>[A-Za-z]+)[)\]]?(?![\w/])")
"""Behind a rate: of what it is, as in `812 samples/s per GPU`."""
_COUNTED = re.compile(r"\s{0,2}(?:batches|steps|iterations|iters|updates)(?![\w/])")
_NUMBER_NEXT = re.compile(rf"\s?[:=]?\s?(?:{NUMBER})")
_WRAPPERS = re.compile(r"(?:(?:np|numpy|jnp|torch)\.)?(?:tensor|array|float\d\d|float|bfloat16|Array|Tensor|DeviceArray)$")
_NOTHING = frozenset({"none", "null", "n/a", "na"})
_CELL_ENDS = frozenset("|,;•·│┃║—–")
_CODE = frozenset("{}\"\\`")


@dataclass
class Fields:
    """What was found in a line so far."""

    figures: list[Figure] = field(default_factory=list)
    strange: int = 0
    evaluation: bool = False
    code: bool = False
    prose_at: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class Reader:
    """Walks a line's tokens once."""

    def __init__(self, text: str, start: int, evaluation: bool = False) -> None:
        self.text = text
        self.tokens = tokens(text, start)
        self.out = Fields(evaluation=evaluation)
        self.pending: list[str] = []
        self.assigned = False
        self.unit_of_key = ""
        self.depth = 0
        self.first = self.tokens[0].start if self.tokens else start
        self.skip_to = start
        self.carried = ""
        self.epoch_ends = -1

    def read(self) -> Fields:
        """All fields of the line."""
        at = 0
        while at < len(self.tokens) and not self.out.code:
            token = self.tokens[at]
            if token.start < self.skip_to:
                at += 1
                continue
            at = self._token(token, at)
        self._close()
        return self.out

    def _token(self, token: Token, at: int) -> int:
        match token.kind:
            case "number":
                self._number(token)
            case "nan":
                if self._meaning("") is not None:
                    self._figure(token.start, token.end, "", "nan")
                else:
                    self._word(token, at)
            case "clock":
                if self._names_time_left():
                    self.out.figures.append(Figure("remaining", "eta", (token.start, token.end), "clock"))
                self._forget()
            case "word":
                self._word(token, at)
            case "rule":
                if token.text == "==":
                    self.out.code = True
                self._close()
            case "other":
                self._unreadable()
                self.out.strange += 1
            case "mark":
                return self._mark(token, at)
            case _:
                self._close()
        return at + 1

    def _names_time_left(self) -> bool:
        return any(plain(" ".join(self.pending[-words:])) in LEFT for words in (1, 2))

    # words

    def _word(self, token: Token, at: int) -> None:
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        opens = following is not None and following.text == "(" and not following.gap
        if opens and _WRAPPERS.match(token.text):
            self.skip_to = following.end if following else token.end
            return
        if opens and not self._qualified(at + 1):
            self.out.code = True  # a call
            return
        lower = token.text.lower()
        if lower in _NOTHING and self.pending:
            if self._meaning("") is not None:
                self.out.figures.append(Figure("nothing", "none", (0, 0)))
            self._forget()
            return
        if self.assigned:
            self._unreadable()
        if lower in PROSE and not self.depth and not (lower == "after" and token.start == self.first):
            self.out.prose_at.append(token.start)
        self.pending.append(token.text)

    def _qualified(self, at: int) -> bool:
        """Whether a bracket right after a word belongs to a key, as in `time(ms): 3`, or holds a reading's mean."""
        close = self._closing(at, "(", ")")
        after = self.tokens[close + 1] if close is not None and close + 1 < len(self.tokens) else None
        inside = self.text[self.tokens[at].end : self.tokens[close].start] if close is not None else ""
        if inside.strip().lower() in EVALUATION | TRAINING:
            return True
        return after is not None and after.text in ":=" and not (after.text == "=" and self.depth)

    def _unreadable(self) -> None:
        """The key was named, and what follows is no number."""
        if self.pending and (found := self._meaning("")) is not None and found.name in METRICS:
            self.out.figures.append(Figure("stale", found.name, (0, 0)))
        elif self.pending:
            self._tag()
        self._forget()

    def _forget(self) -> None:
        self.pending, self.assigned, self.unit_of_key = [], False, ""

    def _tag(self) -> bool:
        """Words that stand alone may say of which data the readings are."""
        words = [word.lower() for word in self.pending]
        if any(word in EVALUATION for word in words[:2]) and (words[0] in EVALUATION or words[0] in BESIDE):
            if not any(figure.role == "metric" and figure.name == "loss" for figure in self.out.figures) or len(words) == 1:
                self.out.evaluation = True
            return True
        return len(words) == 1 and words[0] in TRAINING

    def _close(self) -> None:
        """A cell ends here."""
        if self.pending:
            words = [word for word in self.pending if word != "/"]
            found = self._meaning("")
            if found is None and not self.assigned:
                found = begins_with_key(words, self.out.evaluation)
            if found is not None and found.name in METRICS and not self.depth:
                self.out.figures.append(Figure("stale", found.name, (0, 0)))
            elif not self._tag():
                self.out.strange += len(words) if not self.depth else 0
        self._forget()

    # marks

    def _mark(self, token: Token, at: int) -> int:
        mark = token.text
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if mark in _CODE:
            self.out.code = True
        elif mark in ":=":
            if following is not None and following.text == "=" and mark == "=" and not following.gap:
                self.out.code = True
            if following is not None and following.kind == "word" and not self._is_value(following, at + 1):
                self._unreadable()
            elif self.pending:
                self.assigned = True
        elif mark in _CELL_ENDS:
            self._close()
        elif mark == "-":
            if token.gap and (following is None or following.gap):
                self._close()
            elif not self.assigned and following is not None and following.text == "-" and not following.gap:
                self.out.code = self.out.code or (at + 2 < len(self.tokens) and not self.tokens[at + 2].gap)  # an option
            elif self.assigned and (following is None or following.text == "-"):
                self._unreadable()
        elif mark == "(":
            return self._paren(at)
        elif mark == ")":
            self._close()
            self.depth = max(0, self.depth - 1)
        elif mark == "[":
            return self._bracket(token, at)
        elif mark == "]":
            self._close()
        elif mark == "." and (following is None or following.gap):
            if not (self.pending and self.pending[-1].lower() in ("avg", "no", "num", "approx", "ave")):
                self._close()
        elif mark == "/" and self.pending and not self.assigned:
            self.pending.append("/")
        elif mark in "!?":
            self._close()
        elif mark == "*" and self.assigned:
            self._unreadable()
        return at + 1

    def _is_value(self, token: Token, at: int) -> bool:
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        wraps = following is not None and following.text == "(" and bool(_WRAPPERS.match(token.text))
        return wraps or token.text.lower() in _NOTHING

    def _paren(self, at: int) -> int:
        """`time (ms): 3`, `loss (train): 3`, `throughput (global bs 8 on 2 devices): 3`, or what is said beside a reading."""
        close = self._closing(at, "(", ")")
        if not self.pending or self.assigned or close is None:
            if self.pending and not self.assigned:
                self._close()
            self.depth += not self.assigned
            return at + 1
        inside = self.tokens[at + 1 : close]
        content = self.text[self.tokens[at].end : self.tokens[close].start].strip()
        after = self.tokens[close + 1] if close + 1 < len(self.tokens) else None
        told = after is not None and (after.text in ":=" or after.kind == "number")
        words = content.lower()
        if words in EVALUATION | TRAINING and (told or (after is not None and after.text == "[")):
            self.pending.insert(0, content)
            return close + 1
        if told and measures(content):
            self.unit_of_key = content
            return close + 1
        if told and words.startswith("per ") and rate(plain(" ".join([*self.pending, content]))) is not None:
            self.pending += content.split()  # `tokens/s (per GPU): 812`
            return close + 1
        if told and after is not None and after.text in ":=":
            part = Reader.__new__(Reader)
            part.text, part.tokens, part.out = self.text, inside, Fields()
            part.pending, part.assigned, part.unit_of_key, part.depth = [], False, "", 1
            part.first, part.skip_to, part.carried, part.epoch_ends = -1, 0, "", -1
            self.out.figures += [figure for figure in part.read().figures if figure.role == "param"]
            return close + 1
        self._close()
        self.depth += 1
        return at + 1

    def _bracket(self, token: Token, at: int) -> int:
        close = self._closing(at, "[", "]")
        if close is None:
            if self.pending and not self.assigned:
                self._close()
            return at + 1
        numbers = [inner for inner in self.tokens[at + 1 : close] if inner.kind in ("number", "nan")]
        commas = any(inner.text == "," for inner in self.tokens[at + 1 : close])
        if self.pending and len(numbers) > 1 and commas:
            self._forget()
            return close + 1  # a list has no one value
        if self.pending and not numbers:
            content = self.text[token.end : self.tokens[close].start].strip()
            if not self.assigned and self.text[self.tokens[close].end :].lstrip()[:1] in (":", "=") and measures(content):
                self.unit_of_key = content
                return close + 1
            self._close()
        return at + 1

    def _closing(self, at: int, opens: str, closes: str) -> int | None:
        depth = 0
        for index in range(at, min(len(self.tokens), at + 60)):
            text = self.tokens[index].text
            depth += (text == opens) - (text == closes)
            if depth == 0:
                return index
        return None

    # numbers

    def _number(self, token: Token) -> None:
        start, end = token.start, token.end
        if (spaced := _SPACED.match(self.text, start)) is not None:
            end = spaced.end()
        total: tuple[int, int] | None = None
        factor = 1.0
        integer = "." not in self.text[start:end] and "e" not in self.text[start:end].lower()
        after = _TOTAL.match(self.text, end) if integer else None
        if after is not None:
            total, end = after.span("total"), after.end()
        elif (scale := _SCALE.match(self.text, end)) is not None:
            factor = _SCALES[scale[0]]
        while (arrow := _ARROW.match(self.text, end)) is not None:
            start, end = arrow.span("value")
        at = end + (factor != 1.0)
        if (several := _LIST.match(self.text, at)) is not None:
            self._unreadable()
            self.skip_to = several.end()
            return
        measure, at = self._unit(at)
        self.skip_to = max(self.skip_to, at)
        number_end = token.end if total is not None else end
        if measure is None:
            self._unreadable()
            self.out.strange += 1
            return
        if (seconds := duration(measure or self.unit_of_key)) and self._names_time_left():
            if total is None:
                self.out.figures.append(Figure("remaining", "eta", (start, number_end), factor=factor * seconds))
            self._forget()
            return
        self._figure(start, number_end, measure, "number", factor, total)

    def _unit(self, at: int) -> tuple[str | None, int]:
        """The unit that stands at a place and where it ends; None for letters that make the number none."""
        found = _UNIT.match(self.text, at)
        if found is None:
            return (None if self.text[at : at + 1].isalpha() or self.text[at : at + 1] == "_" else ""), at
        unit = found["unit"]
        known = measures(unit)
        if not known and "/" in unit and found["gap"]:
            known = unit.split("/")[0].strip().lower() in ("samples", "tokens", "steps", "images", "items", "s", "ms", "sec")
        if not known:
            return ("" if found["gap"] else None), at
        if found["gap"] and _NUMBER_NEXT.match(self.text, found.end()) and self.pending and not self._speed(unit):
            return "", at  # the next reading's key
        or_key = rate(plain(unit)) is not None or unit.lower() == "min"
        if found["gap"] and or_key and self._meaning("") is not None and self._meaning(unit) is None:
            return "", at  # the same, without a readable value
        each = _EACH.match(self.text, found.end())
        if each is not None and measures(f"{unit}/{each['device']}"):
            return f"{unit}/{each['device']}", each.end()
        return unit, found.end()

    def _speed(self, unit: str) -> bool:
        return self._meaning("") is None and self._meaning(unit) is not None and not works(" ".join(self.pending[-1:]))

    def _figure(
        self, start: int, end: int, unit: str, conversion: Conversion, factor: float = 1.0, total: tuple[int, int] | None = None,
    ) -> None:
        leading = not self.pending and start <= self.first + 1 and conversion == "number"
        if not self.pending and self.carried and self.text[:start].rstrip()[-1:] in ":=":
            self.pending = [self.carried]
        self.carried = ""
        key = " ".join(self.pending)
        found = self._meaning(unit or self.unit_of_key)
        pending, self.pending, self.assigned, self.unit_of_key = self.pending, [], False, ""
        self.out.keys.append(key)
        text = self.text[start:end]
        integer = conversion == "number" and "." not in text and "e" not in text.lower() and not text.startswith(("-", "+"))
        between = self.text[self.epoch_ends : start] if self.epoch_ends >= 0 else ""
        if not pending and total is not None and _BRACKETS.fullmatch(between):
            if self.text[total[1] : total[1] + 1] == "]":
                step = Figure("step", "step", (start, end), total=total, order=1, evaluation=self.out.evaluation)
                self.out.figures.append(step)
            return
        if not pending and total is not None and (counted := _COUNTED.match(self.text, total[1])) is not None:
            self.skip_to = counted.end()
            self.out.figures.append(Figure("step", "step", (start, end), total=total, order=2, evaluation=self.out.evaluation))
            return
        if found is None:
            if leading and integer and not unit and factor == 1.0 and self._leads(end, total):
                self.out.figures.append(Figure("step", "step", (start, end), total=total, leading=True))
            if not self.out.figures and any(word.lower() in EVALUATION for word in pending[:1]):
                self.out.evaluation = True  # `evaluated 100 samples, loss 2.2`
            if len(pending) > 3:
                self.out.strange += len(pending) - 3
            return
        role: Role = found.role
        counts = not unit and factor == 1.0 and conversion == "number" and (integer or role == "epoch")
        if role in ("step", "epoch", "rank") and not counts:
            return
        if role in ("metric", "param") and (total is not None or (self.depth and found.name == "loss")):
            return
        if self.depth and any(figure.role == role and figure.name == found.name for figure in self.out.figures):
            return  # a mean or another unit of what stands before the bracket
        if role == "metric" and found.evaluation and not any(figure.role == "metric" for figure in self.out.figures):
            placed = any(figure.role in ("step", "epoch") for figure in self.out.figures)
            self.out.evaluation = self.out.evaluation or found.name == "accuracy" or not placed  # what follows is the test's too
        if role == "epoch" and self.text[start - 1 : start] == "[":
            self.epoch_ends = end
        if role in ("step", "epoch"):
            self.carried = told_of(pending, self.out.evaluation)
        evaluated = self.out.evaluation or (found.evaluation and role not in ("step", "epoch"))
        self.out.figures.append(Figure(
            role, found.name, (start, end), conversion, found.factor * factor, found.inverse, total, found.by_digits,
            found.fraction, evaluated, False, found.order,
        ))

    def _leads(self, end: int, total: tuple[int, int] | None) -> bool:
        rest = self.text[total[1] if total else end :]
        return rest.lstrip()[:1] == "|" or (total is not None and rest[:1] == "]")

    def _meaning(self, unit: str) -> Meaning | None:
        found, tested = resolve(self.pending, unit, self.out.evaluation)
        self.out.evaluation = self.out.evaluation or tested
        return found
