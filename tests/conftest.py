"""Shared by all tests: where the project stands, and runs from text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.reading import runs_of as _runs_of

settings.register_profile("bedwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a slow machine is no failure
settings.load_profile("bedwatch")


@pytest.fixture
def runs_of():  # type: ignore[no-untyped-def]
    """Runs from a log's text."""
    return _runs_of


@pytest.fixture(autouse=True)
def nobody_s_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No test reads the settings, the cache or the memory of whoever runs it; nor does a program that it starts."""
    home = tmp_path_factory.getbasetemp() / "home"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    return home
