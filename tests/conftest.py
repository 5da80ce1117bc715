"""Shared by all tests: where the project stands, and runs from text."""

from __future__ import annotations

import pytest

from tests.reading import runs_of as _runs_of


@pytest.fixture
def runs_of():  # type: ignore[no-untyped-def]
    """Runs from a log's text."""
    return _runs_of
