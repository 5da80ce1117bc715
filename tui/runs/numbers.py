"""Numbers as people read them: enough digits to tell two runs apart, durations as clocks, ages in words."""

from __future__ import annotations

import math


def number(value: float, digits: int = 6) -> str:
    """A value with at least `digits` significant digits kept and thousands separated; integers whole, others with two
    decimals at least.

    >>> number(4847.18), number(7.07812), number(98.3), number(512000), number(0.00000706)
    ('4,847.18', '7.07812', '98.30', '512,000', '7.06e-06')
    >>> number(0.000123456), number(1e15), number(1e30)
    ('0.000123456', '1,000,000,000,000,000', '1e+30')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) <= 2**53:
        return f"{int(value):,}"
    size = abs(value)
    if size < 1e-4 or size >= 1e15:  # beyond that a float holds no more than these digits
        return f"{value:.{digits}g}"
    decimals = max(2, digits - 1 - math.floor(math.log10(size)))
    whole, _, part = f"{value:,.{decimals}f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def difference(delta: float) -> str:
    """The size of a difference: whole numbers exactly, others without the digits that subtracting makes up.

    >>> difference(-132382720), difference(4847.18 - 2931.64)
    ('132,382,720', '1,915.54')
    """
    size = abs(float(delta))
    return number(size if size.is_integer() else float(f"{size:.6g}"))


def duration(seconds: float) -> str:
    """Seconds as a clock: below ten with a fraction, then `13:02`, `2:05:13`, `1 d 02:05`.

    >>> duration(0), duration(8.5), duration(211.257), duration(7513)
    ('0 s', '8.5 s', '3:31', '2:05:13')
    """
    if not math.isfinite(seconds):
        return "?"
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s" if seconds < 10 else f"{seconds:.0f} s"
    whole = int(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    if hours >= 24:
        return f"{hours // 24} d {hours % 24:02}:{minute:02}"
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def age(seconds: float) -> str:
    """How long ago, in the largest unit that tells: `12 s`, `3 min`, `5 h`, `2 d`."""
    if seconds < 0 or not math.isfinite(seconds):
        return "now"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"
