"""boto3 and the AWS CLI against a running emulator.

    python3 run.py --endpoint http://127.0.0.1:8790

Prints one line a check and `N passed, M failed`; exits with 1 when a check failed.
"""

import argparse
import sys

import boto3_checks
import cli_checks
from checks import Checks
from emulator import Emulator


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, help="the emulator's URL")
    emulator = Emulator(parser.parse_args().endpoint)
    check = Checks()
    try:
        boto3_checks.run(check, emulator)
        cli_checks.run(check, emulator)
    finally:
        emulator.release()
    return check.summary()


if __name__ == "__main__":
    sys.exit(main())
