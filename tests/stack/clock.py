"""One simulated time for the functions and the emulator.

Both run on the machine's clock, shifted by as many seconds: the functions read them from a file,
the emulator is told. Signatures, queues and schedules keep to the machine's time.
"""

import os
import time


class SimulatedClock:
    def __init__(self, file, emulator):
        self._file, self._emulator = file, emulator
        self._write(0)

    @property
    def variable(self):
        """What a function takes for CLOCK."""
        return f"offset-file:{self._file}"

    def set(self, at):
        """Makes it this time now, in seconds since 1970."""
        self.shift(int(at - time.time()))

    def shift(self, seconds):
        """Makes it so many seconds later than the machine's time; 0 for the machine's own."""
        # The service first: an hour that is over for the functions alone would lie in its future.
        self._emulator.put("clock", {"offsetSeconds": seconds} if seconds else {})
        self._write(seconds)

    def _write(self, seconds):
        # Replaced as a whole: a function may look at any time.
        following = self._file.with_suffix(".next")
        following.write_text(str(seconds))
        os.replace(following, self._file)
