"""The deployed functions: invoked, told another time, and their processes killed."""

import json
import os
import random
import threading
from contextlib import contextmanager
from pathlib import Path

from progress import wait_until

# Between two kills: long enough for a function to start again and take something on.
PAUSE = 0.7


class Functions:
    def __init__(self, aws, outputs, ministack):
        self._client, self._logs, self._ministack = aws("lambda"), aws("logs"), ministack
        self._names = {
            "ingest_events": outputs["IngestEventsFunctionName"],
            "close_hour": outputs["CloseHourFunctionName"],
            "forward_usage": outputs["ForwardUsageFunctionName"],
            "license_events": outputs["LicenseEventsFunctionName"],
        }

    def arn(self, function):
        configuration = self._client.get_function_configuration(FunctionName=self._names[function])
        return configuration["FunctionArn"]

    def set_variable(self, variable, value):
        """Sets a variable of every function with a ledger, beside those of the template."""
        for name in self._names.values():
            configuration = self._client.get_function_configuration(FunctionName=name)
            variables = {**configuration["Environment"]["Variables"], variable: value}
            self._client.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )
            self._client.get_waiter("function_updated_v2").wait(FunctionName=name)

    def wait_for_schedule(self):
        """Waits until close_hour has run, before anybody but the schedule has invoked it."""
        name = self._names["close_hour"]
        configuration = self._client.get_function_configuration(FunctionName=name)
        group = configuration["LoggingConfig"]["LogGroup"]

        def lines():
            return self._logs.filter_log_events(logGroupName=group)["events"]

        first = wait_until("the schedule has invoked close_hour", 180, lines)[0]
        return f"seen in {group}: {first['message'].strip()[:100]}"

    def invoke(self, function, event):
        """Invokes a function and waits; false where it failed, as when its process was killed."""
        answer = self._client.invoke(
            FunctionName=self._names[function], Payload=json.dumps(event).encode()
        )
        return "FunctionError" not in answer

    @contextmanager
    def killed(self, functions, limit, while_true, seed):
        """Kills processes of these functions meanwhile, as a host that fails would.

        One at a time, for as long as `while_true()`, `limit` at most. Yields the list of the
        killed functions' names.
        """
        killed, stop, chance = [], threading.Event(), random.Random(seed)
        names = {self._names[function]: function for function in functions}

        def kill():
            while len(killed) < limit and not stop.wait(PAUSE):
                processes = [found for found in self._processes() if found[1] in names]
                if not processes or not while_true():
                    continue
                process, name = chance.choice(processes)
                try:
                    os.kill(process, 9)
                except ProcessLookupError:
                    continue
                killed.append(names[name])

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        try:
            yield killed
        finally:
            stop.set()
            thread.join()

    def _processes(self):
        """Process id and function name of every process that this MiniStack has started."""
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                # The name before the state is in parentheses and may hold spaces.
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent != self._ministack:
                    continue
                variables = (folder / "environ").read_bytes().split(b"\0")
            except (OSError, ValueError):
                continue  # It ended meanwhile, or is another user's.
            for variable in variables:
                name, _, value = variable.partition(b"=")
                if name == b"AWS_LAMBDA_FUNCTION_NAME":
                    yield int(folder.name), value.decode()


def close_hour(functions):
    """Has the hour closed, again where it failed; it goes on where it stopped."""
    wait_until("close_hour", 120, lambda: functions.invoke("close_hour", {}))
