"""Deploys template.yaml on MiniStack.

The template stays as it is. Only the `CodeUri: lambda` lines, which `sam build` would replace as
well, are pointed at zip files of the locally built binaries.
"""

import io
import time
import zipfile

from progress import wait_until

STACK = "meterproof"
BUCKET = "meterproof-code"
FUNCTIONS = {
    "CloseHourFunction": "close_hour",
    "ForwardUsageFunction": "forward_usage",
    "IngestEventsFunction": "ingest_events",
    "LicenseEventsFunction": "license_events",
    "ResolveCustomerFunction": "resolve_customer",
}


def upload(s3, folder):
    """Uploads each binary as `bootstrap` in a zip file of its own."""
    s3.create_bucket(Bucket=BUCKET)
    for binary in FUNCTIONS.values():
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            entry = zipfile.ZipInfo("bootstrap", date_time=time.gmtime()[:6])
            entry.external_attr = 0o755 << 16
            program = (folder / binary).read_bytes()
            # The entry's own level counts, not the archive's; the best one takes ten times longer.
            file.writestr(entry, program, zipfile.ZIP_DEFLATED, compresslevel=1)
        s3.put_object(Bucket=BUCKET, Key=f"{binary}.zip", Body=archive.getvalue())


def with_code(template):
    """The template with each function's CodeUri pointed at its zip file."""
    lines, function, replaced = [], None, set()
    for line in template.splitlines():
        name = line.strip().rstrip(":")
        if line.startswith("  ") and not line.startswith("   ") and line.endswith(":"):
            function = name if name in FUNCTIONS else None
        if function and line.strip() == "CodeUri: lambda":
            key = f"{FUNCTIONS[function]}.zip"
            line = line.replace("lambda", f"{{ Bucket: {BUCKET}, Key: {key} }}")
            replaced.add(function)
        lines.append(line)
    assert replaced == set(FUNCTIONS), f"no CodeUri for {set(FUNCTIONS) - replaced}"
    return "\n".join(lines)


def deploy(cloudformation, template, parameters):
    """Creates the stack and returns its outputs."""
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=template,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def ended():
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

    stack = wait_until("the stack is created", 300, ended)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if "FAILED" in event["ResourceStatus"]
        ]
        raise AssertionError(f"{stack['StackStatus']}: {failed}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
