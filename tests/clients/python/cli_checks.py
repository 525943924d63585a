"""The AWS CLI, version 1, against the emulator."""

import json
import os
import subprocess
import sys
from pathlib import Path

from checks import equal
from emulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

AWS = Path(sys.executable).parent / "aws"


def run(check, emulator):
    buyer = emulator.credentials("cli")

    def aws(*arguments, fails=None, **credentials):
        """The command's JSON answer, or with `fails` the error it must print."""
        result = subprocess.run(
            [AWS, "meteringmarketplace", *arguments, "--endpoint-url", emulator.url, "--output", "json"],
            env={
                **os.environ,
                "AWS_ACCESS_KEY_ID": credentials.get("aws_access_key_id", ACCESS_KEY_ID),
                "AWS_SECRET_ACCESS_KEY": credentials.get("aws_secret_access_key", SECRET_ACCESS_KEY),
                "AWS_DEFAULT_REGION": REGION,
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_MAX_ATTEMPTS": "1",
                "AWS_PAGER": "",
            },
            capture_output=True, text=True, timeout=120,
        )
        if fails is None:
            equal((result.returncode, result.stderr), (0, ""))
            return json.loads(result.stdout)
        equal(result.returncode != 0, True)
        equal(f"An error occurred ({fails})" in result.stderr, True)
        return None

    def record(**changes):
        return json.dumps([{
            "Timestamp": emulator.seconds - 10_800, "Dimension": "users", "Quantity": 11,
            "CustomerAWSAccountId": "1", "LicenseArn": emulator.license_arn, **changes,
        }])

    def batch():
        answer = aws("batch-meter-usage", "--usage-records", record())
        equal([result["Status"] for result in answer["Results"]], ["Success"])
        aws("batch-meter-usage", "--usage-records", record(Dimension="nothing"),
            fails="InvalidUsageDimensionException")

    def meter():
        arguments = [
            "meter-usage", "--product-code", emulator.container, "--usage-dimension", "pods",
            "--timestamp", str(emulator.seconds), "--usage-quantity",
        ]
        equal(len(aws(*arguments, "1", **buyer)["MeteringRecordId"]), 36)
        aws(*arguments, "2", fails="DuplicateRequestException", **buyer)
        aws(*arguments, "1", "--dry-run", fails="DryRunOperation", **buyer)

    def register():
        answer = aws("register-usage", "--product-code", emulator.container,
                     "--public-key-version", "2", **buyer)
        equal(list(answer), ["Signature"])
        request = {"ProductCode": emulator.container, "PublicKeyVersion": 1, "Nonce": "nonce"}
        answer = aws("register-usage", "--cli-input-json", json.dumps(request), **buyer)
        equal(sorted(answer), ["PublicKeyRotationTimestamp", "Signature"])
        request["PublicKeyVersion"] = 9
        aws("register-usage", "--cli-input-json", json.dumps(request),
            fails="InvalidPublicKeyVersionException", **buyer)

    def resolve():
        token = emulator.token(emulator.licensed)
        answer = aws("resolve-customer", "--registration-token", token)
        equal(answer["LicenseArn"], emulator.license_arn)
        aws("resolve-customer", "--registration-token", "x", fails="InvalidTokenException")

    def unsigned():
        aws("resolve-customer", "--registration-token", "x", "--no-sign-request",
            fails="MissingAuthenticationTokenException")

    check("AWS CLI batch-meter-usage", batch)
    check("AWS CLI meter-usage", meter)
    check("AWS CLI register-usage, also --cli-input-json", register)
    check("AWS CLI resolve-customer", resolve)
    check("AWS CLI --no-sign-request", unsigned)
