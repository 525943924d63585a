"""News of licenses, as EventBridge delivers them to license_events.

Nobody but AWS may put events of the source `aws.agreement-marketplace` on a bus, and MiniStack
keeps to that: the deployed rule has to match each event, and the function is invoked with it.
"""

import json

from progress import wait_until
from usage import iso


class Licenses:
    def __init__(self, aws, outputs, functions):
        self._events, self._dynamodb, self._functions = aws("events"), aws("dynamodb"), functions
        self._table = outputs["LedgerTableName"]

    def tell(self, change, license_arn, account, at):
        """Hands `Updated` or `Deprovisioned`, at a time since 1970, to license_events."""
        event = {
            "version": "0",
            "id": "00000000-0000-4000-8000-000000000000",
            "detail-type": f"License {change} - Manufacturer",
            "source": "aws.agreement-marketplace",
            "account": "111122223333",
            "time": iso(at),
            "region": "us-east-1",
            "resources": [license_arn],
            "detail": {
                "requestId": f"stack-{change}-{at}",
                "catalog": "AWSMarketplace",
                "license": {"arn": license_arn},
                "acceptor": {"accountId": account},
            },
        }
        self._match(event)

        def told():
            # Handed in again where its process was killed, as Lambda does.
            self._functions.invoke("license_events", event)
            return self._state(license_arn) == change.lower()

        wait_until(f"the ledger knows that the license is {change.lower()}", 120, told)

    def _match(self, event):
        """That the deployed rule lets the event through, and no event of another kind."""
        function = self._functions.arn("license_events")
        (name,) = self._events.list_rule_names_by_target(TargetArn=function)["RuleNames"]
        pattern = self._events.describe_rule(Name=name)["EventPattern"]

        def matches(event):
            answer = self._events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))
            return answer["Result"]

        assert matches(event), f"the rule does not let {event['detail-type']} through"
        other = {**event, "detail-type": "Purchase Agreement Created - Manufacturer"}
        assert not matches(other), "the rule lets every event of AWS Marketplace through"

    def _state(self, license_arn):
        key = {"pk": {"S": "licenses"}, "sk": {"S": license_arn}}
        item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return item.get("Item", {}).get("change", {}).get("S")
