"""How keys are read: as Textual reads them, without its waits of a tenth of a second for Esc and before the program ends."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

if TYPE_CHECKING:
    from textual.app import App

LOOKED_FOR_END = 0.5
"""Seconds after which the thread looks by itself whether it is to end."""
READ_MOST = 4096


class PromptDriver(LinuxDriver):
    """Textual's driver asks ten times a second whether an Esc was one, and twice before it ends; here the thread that waits
    for keys is woken. Only that thread's loop differs (Textual 8.2)."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waker, False)

    def disable_input(self) -> None:
        """End the thread."""
        with suppress(OSError):  # a pipe that is full wakes as well
            os.write(self._waker, b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Wait for keys and hand them on, until woken."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        self._forget_calls()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            wait = LOOKED_FOR_END
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(wait)}
                if self._woken in ready:
                    self.exit_event.wait(LOOKED_FOR_END)
                    self._forget_calls()
                    continue
                wait = LOOKED_FOR_END
                if self.fileno in ready:
                    data = os.read(self.fileno, READ_MOST)
                    if not data:  # the terminal is gone
                        selector.unregister(self.fileno)
                        continue
                    if text := decode(data):  # else half of a character
                        for event in parser.feed(text):
                            self._hand_on(event)
                    wait = constants.ESCAPE_DELAY  # after which an Esc that nothing followed is one
                for event in parser.tick():
                    self._hand_on(event)

    def _hand_on(self, event: Message) -> None:
        if isinstance(event, events.Key) and (key_comes := getattr(self._app, "key_comes", None)) is not None:
            key_comes()  # sooner than the program comes to look at it
        self.process_message(event)

    def _forget_calls(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self._woken, 64):
                pass
