"""Records captures of accounts: `python -m tests.recording.record_captures`.

Terraform applies each configuration in `tests/live/recorded` in moto, and dyncheck captures it. What moto lacks, such as replicas and mute
rules, is written here in the shapes of botocore, which the tests validate.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec.json import decode, encode
from msgspec.structs import replace

from dyncheck.checking.progress import Progress
from dyncheck.live.account import Account, session_of
from dyncheck.live.capturing import THREADS, Capturing
from dyncheck.live.text import to_text
from dyncheck.readers.capture.calls import DESCRIBE_KINESIS, DESCRIBE_TABLE, LIST_MUTE_RULES
from dyncheck.readers.capture.document import Call, Capture
from tests.recording import changes
from tests.support.captures import call, calls_of, capture, of_region, table
from tests.support.cloud import cloud
from tests.support.paths import ROOT
from tests.support.terraform import REQUIRED, Root, installed, recording

RECORDED = ROOT / "tests" / "live" / "recorded"
REGION = "us-east-1"
TAKEN = "2026-01-01T00:00:00Z"

# What moto has no answer for, as the services answer where there is nothing.
_NOTHING: dict[str, dict[str, Any]] = {
    LIST_MUTE_RULES.name: {"AlarmMuteRuleSummaries": []},
    DESCRIBE_KINESIS.name: {"KinesisDataStreamDestinations": []},
}


def captures(ready: Path) -> Iterator[tuple[str, str]]:
    """Each capture, with the name of its file."""
    for configuration in sorted(RECORDED.glob("*.tf")):
        with cloud() as address:
            yield f"{configuration.stem}.json", _of_applied(configuration, address, ready)
    yield "global.json", to_text(decode(encode(_global()), type=Capture))


def _of_applied(configuration: Path, address: str, ready: Path) -> str:
    """What dyncheck captures after an apply."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("provider.tf", REQUIRED + changes.provider(address, services=changes.WITH_KEYS))
        root.write("main.tf", configuration.read_text())
        root.run("apply", "-auto-approve", "-input=false", "-no-color")
    local = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_MAX_ATTEMPTS": "1"}
    with patch.dict(os.environ, local):
        account = Account(session_of("", "", REGION), THREADS)
        found = Capturing(account, (REGION,), (), Progress()).capture()
    found = replace(found, taken=TAKEN, calls=tuple(map(_answered, found.calls)))
    return to_text(decode(recording(to_text(found).encode()), type=Capture))


def _answered(made: Call) -> Call:
    """An answer as the model of botocore has it, which takes no 0 decreases, and moto answers so even for what nobody provisioned."""
    if made.operation == DESCRIBE_TABLE.name and made.answer:
        made.answer["Table"]["ProvisionedThroughput"].pop("NumberOfDecreasesToday")
    return replace(made, answer=_NOTHING[made.operation], error=None) if made.error and made.operation in _NOTHING else made


def _global() -> dict[str, Any]:
    """An account with a replica, keys that AWS manages, and alarms that are muted."""
    here, there = REGION, "eu-west-1"
    keys = {region: f"arn:aws:kms:{region}:123456789012:key/00000000-0000-0000-0000-000000000001" for region in (here, there)}
    encrypted: dict[str, Any] = {
        region: {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": keys[region]}} for region in keys
    }
    stream: dict[str, Any] = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
    orders = table("dev-orders", **encrypted[here], **stream, Replicas=[{"RegionName": there, "ReplicaStatus": "ACTIVE"}])
    replica = table("dev-orders", there, **encrypted[there], **stream, Replicas=[{"RegionName": here, "ReplicaStatus": "ACTIVE"}])
    reads: dict[str, Any] = {
        "AlarmName": "reads",
        "AlarmArn": f"arn:aws:cloudwatch:{here}:123456789012:alarm:reads",
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:{here}:123456789012:alarms"],
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": "dev-orders"}],
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.0,
        "Period": 300,
        "EvaluationPeriods": 2,
        "TreatMissingData": "notBreaching",
    }
    mute = f"arn:aws:cloudwatch:{here}:123456789012:alarm-mute-rule:always"
    topic = reads["AlarmActions"][0]
    return capture(
        *of_region(
            "dev-orders",
            DescribeAlarms={"MetricAlarms": [reads], "CompositeAlarms": []},
            ListAlarmMuteRules={"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": mute}]},
        ),
        *of_region("dev-orders", region=there),
        *calls_of(orders),
        *calls_of(replica, there),
        *(
            call("kms", "DescribeKey", {"KeyMetadata": {"KeyId": key[-36:], "Arn": key, "KeyManager": "AWS"}}, region=region, KeyId=key)
            for region, key in keys.items()
        ),
        call("sns", "GetTopicAttributes", {"Attributes": {"TopicArn": topic}}, TopicArn=topic),
        call("sns", "ListSubscriptionsByTopic", {"Subscriptions": [{"TopicArn": topic, "Protocol": "email"}]}, TopicArn=topic),
        call("cloudwatch", "GetAlarmMuteRule", _mute_rule(mute), AlarmMuteRuleName="always"),
        regions=(here, there),
        taken=TAKEN,
    )


def _mute_rule(arn: str) -> dict[str, Any]:
    return {
        "Name": "always",
        "AlarmMuteRuleArn": arn,
        "Rule": {"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "PT24H", "Timezone": "UTC"}},
        "MuteTargets": {"AlarmNames": ["reads"]},
    }


def main() -> None:
    """Record all captures again."""
    with tempfile.TemporaryDirectory() as directory:
        for name, made in captures(installed(Path(directory))):
            if not (RECORDED / name).exists() or json.loads((RECORDED / name).read_text()) != json.loads(made):
                (RECORDED / name).write_text(made)
                sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
