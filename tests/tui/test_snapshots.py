"""Pictures of every screen and state over the sample runs, the clock standing still. `pytest --snapshot-update` takes them
anew; look at them, and let `python -m tests.tui.gallery` make the gallery of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.gallery import GALLERY, PAGE, gallery_page, hung, words_of
from tests.tui.scenes import FIRST_LOOK, SCENES, Look, Scene, Size, app_of, name_of, play, shots

PICTURES = Path(__file__).parent / "__snapshots__" / "test_snapshots"


@pytest.mark.parametrize(("scene", "size", "look"), [pytest.param(*shot, id=name_of(*shot)) for shot in shots()])
def test_a_screen_looks_as_it_did(
    snap_compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scene: Scene, size: Size, look: Look
) -> None:
    """To the last column."""
    if scene.feed == "late":
        monkeypatch.setattr(FIRST_LOOK, 1e9)

    async def played(pilot: Pilot[None]) -> None:
        await play(scene, pilot)

    assert snap_compare(app_of(scene, look, tmp_path), terminal_size=size, run_before=played)


def test_no_picture_is_of_what_is_no_more() -> None:
    """A scene that is gone takes its pictures with it."""
    assert {file.name for file in PICTURES.iterdir()} == {f"test_a_screen_looks_as_it_did[{name_of(*shot)}].svg" for shot in shots()}


@pytest.mark.parametrize(("scene", "size", "look"), [pytest.param(*shot, id=name_of(*shot)) for shot in hung()])
def test_the_gallery_shows_the_program_as_it_is(scene: Scene, size: Size, look: Look) -> None:
    """Word for word what the pictures say; `python -m tests.tui.gallery` makes it anew."""
    picture = PICTURES / f"test_a_screen_looks_as_it_did[{name_of(scene, size, look)}].svg"
    assert words_of((GALLERY / f"{name_of(scene, size, look)}.svg").read_text()) == words_of(picture.read_text())


def test_the_gallery_s_page_names_all_of_it() -> None:
    """Every scene has its picture and its caption there, and no other file lies about."""
    assert PAGE.read_text() == gallery_page()
    assert {file.stem for file in GALLERY.iterdir()} == {name_of(*shot) for shot in hung()}
    assert {scene.name for scene, _, _ in hung()} == {scene.name for scene in SCENES}
