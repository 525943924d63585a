"""Steps and bars for whoever waits: a moving bar on a terminal, plain lines elsewhere."""

import sys
import time
from contextlib import contextmanager

WIDTH = 30


@contextmanager
def step(what):
    """Says what begins; the list it yields may get words on what came of it."""
    print(f"--> {what}", flush=True)
    started = time.monotonic()
    results = []
    yield results
    words = ", ".join(results) or "done"
    print(f"    {what}: {words} ({time.monotonic() - started:.1f} s)", flush=True)


class Bar:
    """A bar from 0 to a total."""

    def __init__(self, label, total):
        self.label, self.total, self.tenth, self.done = label, total, -1, 0
        self.terminal = sys.stdout.isatty()
        self.set(0)

    def set(self, done, note=""):
        self.done = done
        tenth = done * 10 // max(self.total, 1)
        if self.terminal:
            print("\r\x1b[2K" + self._line(note), end="", flush=True)
        elif tenth > self.tenth:
            print(self._line(note), flush=True)
        self.tenth = max(tenth, self.tenth)

    def finish(self, note=""):
        if self.terminal:
            print("\r\x1b[2K" + self._line(note), flush=True)

    def _line(self, note):
        filled = min(WIDTH, self.done * WIDTH // max(self.total, 1))
        bar = "#" * filled + "-" * (WIDTH - filled)
        return f"    {self.label} [{bar}] {self.done}/{self.total} {note}".rstrip()


def wait_until(what, seconds, look, interval=0.2):
    """Looks again and again until `look` returns something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(interval)
