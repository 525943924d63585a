"""One line a check, and a sum at the end."""

import traceback


class Checks:
    """Runs checks and counts them. A check that raises has failed."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def __call__(self, name, check):
        try:
            check()
        except Exception as error:  # a failed check must not end the run
            self.failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
            if not isinstance(error, AssertionError):
                traceback.print_exc()
        else:
            self.passed += 1
            print(f"ok      {name}", flush=True)

    def summary(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.failed == 0 and self.passed > 0 else 1


def equal(actual, expected):
    """Fails unless both are equal, and shows both."""
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")
