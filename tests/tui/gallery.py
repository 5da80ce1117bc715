"""The gallery of docs/: every screen once, the overview in each of its looks. `python -m tests.tui.gallery` makes it anew."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from tests.tui.scenes import FIRST_LOOK, SCENES, SMALL, USUAL, Look, Scene, Size, app_of, name_of, play

DOCS = Path(__file__).parents[2] / "docs"
GALLERY, PAGE = DOCS / "gallery", DOCS / "gallery.md"
_LOOKS: tuple[tuple[Size, Look, str], ...] = (
    (SMALL, "dark", "The overview at 80x24"), (USUAL, "light", "In the light theme"),
    (USUAL, "sixteen", "In the terminal's own sixteen colours"), (SMALL, "ascii", "In ASCII, without any other sign"),
)  # fmt: skip


def hung() -> Iterator[tuple[Scene, Size, Look]]:
    """The pictures that hang in the gallery."""
    for scene in SCENES:
        yield scene, USUAL if USUAL in scene.sizes else scene.sizes[0], "dark"
    yield from ((SCENES[0], size, look) for size, look, _ in _LOOKS)


def gallery_page() -> str:
    """The page: a caption and a picture each."""
    parts = ["# Screen by screen\n", "The sample runs, as `bedwatch demo` shows them when all have ended; made by the program itself.\n"]
    captions = [scene.caption for scene in SCENES] + [caption for _, _, caption in _LOOKS]
    for caption, shot in zip(captions, hung(), strict=True):
        parts.append(f"## {caption}\n\n![{shot[0].name}](gallery/{name_of(*shot)}.svg)\n")
    return "\n".join(parts)


def words_of(picture: str) -> str:
    """What a picture says, without where, in which colours and in which pieces."""
    texts = re.findall(r"<text [^>]*clip-path=\"url\(#[^)]*-line-\d+\)\"[^>]*>(.*?)</text>", picture, re.DOTALL)
    return "".join(html.unescape("".join(texts)).split())


async def _taken(scene: Scene, size: Size, look: Look) -> str:
    with tempfile.TemporaryDirectory() as directory:
        app = app_of(scene, look, Path(directory))
        async with app.run_test(size=size, notifications=True) as pilot:
            await play(scene, pilot)
            return app.export_screenshot(title="bedwatch")


def main() -> None:
    """Take every picture, and write the page."""
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    for scene, size, look in hung():
        with patch(FIRST_LOOK, 1e9 if scene.feed == "late" else 1.5):
            picture = asyncio.run(_taken(scene, size, look))
        (GALLERY / f"{name_of(scene, size, look)}.svg").write_text(picture)
    PAGE.write_text(gallery_page())


if __name__ == "__main__":
    main()
