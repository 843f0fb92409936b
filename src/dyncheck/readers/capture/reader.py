"""A capture, or the description of one table that the AWS CLI printed -> resources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import MsgspecError, ValidationError, convert
from msgspec.json import decode

from dyncheck.dynamodb.types import KINESIS_DESTINATION, SCALING_POLICY, SCALING_TARGET, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Deferred, Resource
from dyncheck.readers.capture.alarms import alarms, missing_topics
from dyncheck.readers.capture.answers import answer, is_missing, why_unanswered
from dyncheck.readers.capture.calls import (
    DESCRIBE_KEY,
    DESCRIBE_KINESIS,
    LIST_TABLES,
    OPERATIONS,
    SCALABLE_TARGETS,
    SCALING_POLICIES,
    Operation,
)
from dyncheck.readers.capture.captured_block import CapturedBlock
from dyncheck.readers.capture.document import Call, Capture
from dyncheck.readers.capture.tables import deleted_tables, provider_of, tables
from dyncheck.readers.reading import Reading

if TYPE_CHECKING:
    from dyncheck.input_problems import InputProblem

_AGAIN = "Write it again with `dyncheck capture`."
# What the AWS CLI prints of one table.
_DESCRIPTION = "`aws dynamodb describe-table`"


def read_capture(path: str, text: bytes) -> Reading:
    """The resources of a capture. Raises `InputError` when it is not as `dyncheck capture` writes it."""
    return reading_of(decoded_capture(path, text))


def decoded_capture(path: str, text: bytes) -> Capture:
    """The calls of a capture. Raises `InputError` when it is not as `dyncheck capture` writes it."""
    found: Capture = _decoded(path, text, Capture)
    return found


def read_description(path: str, text: bytes) -> Reading:
    """The table of a description. What it does not hold is unknown. Raises `InputError` when it describes no table."""
    found = _decoded(path, text, dict[str, Any])["Table"]
    arn = found.get("TableArn") if isinstance(found, dict) else None
    parts = arn.split(":") if isinstance(arn, str) else []
    if len(parts) < 6 or not isinstance(found.get("TableName"), str):
        raise InputError(
            f"{path} is not the description of a table: it has no TableName and TableArn. Write it with {_DESCRIPTION}.", kind="unsupported"
        )
    region, account = parts[3], parts[4]
    call = Call("dynamodb", "DescribeTable", region, {"TableName": found["TableName"]}, {"Table": found})
    return reading_of(Capture(calls=(call,), regions=(region,), account=account, tables=(found["TableName"],), producer=_DESCRIPTION))


def reading_of(capture: Capture) -> Reading:
    """The resources of a capture. What was not answered is deferred, or a type that may be incomplete."""
    try:
        resources = tuple(_resources(capture))
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"The capture is not as the services answer: {error!r} is missing or has another type. {_AGAIN}", kind="invalid"
        ) from None
    unanswered = dict(_unanswered(capture))
    return Reading(
        kind="capture",
        producer=capture.producer,
        resources=resources,
        incomplete=frozenset(kind for kind, _ in unanswered),
        why_incomplete="; ".join(dict.fromkeys(unanswered.values())),
        unseen_on=partial(_unseen_on, unanswered),
        notices=tuple(_notices(capture)),
        nothing=_nothing(capture),
        faults=partial(_faults, capture),
        data=partial(_keys, capture),
        missing_topics=missing_topics(capture),
    )


def _decoded(path: str, text: bytes, kind: Any) -> Any:
    try:
        return convert(decode(text), kind)
    except ValidationError as error:
        raise InputError(f"{path} is not a valid capture: {error}. {_AGAIN}", kind="invalid") from None
    except MsgspecError as error:
        raise InputError(f"{path} is not JSON: {error}. {_AGAIN}", kind="syntax") from None


def _resources(capture: Capture) -> Iterator[Resource]:
    yield from tables(capture)
    for region in capture.regions:
        yield from alarms(capture, region)
        yield from _scaling(capture, region)
        yield from _kinesis(capture, region)


def _scaling(capture: Capture, region: str) -> Iterator[Resource]:
    for operation, kind, items in (
        (SCALABLE_TARGETS, SCALING_TARGET, "ScalableTargets"),
        (SCALING_POLICIES, SCALING_POLICY, "ScalingPolicies"),
    ):
        for call in capture.all_of(operation, region):
            for each in (call.answer or {}).get(items, ()):
                values = {
                    "arn": each.get("ScalableTargetARN") or each.get("PolicyARN"),
                    "resource_id": each["ResourceId"],
                    "scalable_dimension": each["ScalableDimension"],
                    "service_namespace": each["ServiceNamespace"],
                    "min_capacity": each.get("MinCapacity"),
                    "max_capacity": each.get("MaxCapacity"),
                    "policy_type": each.get("PolicyType"),
                }
                address = (
                    f"{region}/{each['ResourceId']}/{each['ScalableDimension']}{'/' + each['PolicyName'] if 'PolicyName' in each else ''}"
                )
                yield _resource(capture, region, kind, address, values)


def _kinesis(capture: Capture, region: str) -> Iterator[Resource]:
    for call in capture.all_of(DESCRIBE_KINESIS, region):
        for each in (call.answer or {}).get("KinesisDataStreamDestinations", ()):
            if each.get("DestinationStatus") in ("ACTIVE", "ENABLING"):
                values = {"table_name": call.subject, "stream_arn": each.get("StreamArn")}
                yield _resource(capture, region, KINESIS_DESTINATION, f"{region}/{call.subject}/{each.get('StreamArn')}", values)


def _resource(capture: Capture, region: str, kind: str, address: str, values: dict[str, Any]) -> Resource:
    body = CapturedBlock("", {"region": region, **values})
    return Resource(address, kind, address, "", body, provider_of(capture, region), exists=True)


def _keys(capture: Capture) -> tuple[Resource, ...]:
    """The keys that KMS described, as data sources, which show who manages them."""
    found: list[Resource] = []
    for region in capture.regions:
        for call in capture.all_of(DESCRIBE_KEY, region):
            described = answer(capture, DESCRIBE_KEY, region, call.subject)
            if isinstance(described, Deferred):
                continue
            metadata = described["KeyMetadata"]
            values = {"arn": metadata.get("Arn"), "key_id": call.subject, "key_manager": metadata.get("KeyManager")}
            found.append(_resource(capture, region, "aws_kms_key", f"data.aws_kms_key.{call.subject}", values))
    return tuple(found)


def _unanswered(capture: Capture) -> Iterator[tuple[tuple[str, str], str]]:
    """The types that may be incomplete, with the region where they are and the reason."""
    for region in capture.regions:
        if capture.tables:
            yield (TABLE, region), f"only tables named {', '.join(capture.tables)} were captured"
        for operation in OPERATIONS:
            if operation.kinds and (why := why_incomplete(capture, operation, region)):
                yield from (((kind, region), why) for kind in operation.kinds)


def why_incomplete(capture: Capture, operation: Operation, region: str) -> str:
    """Why what an operation shows of a region may be incomplete; empty when it is not."""
    calls = list(capture.all_of(operation, region))
    # Which subjects an interrupted capture had not asked about is not known.
    if (not calls and not operation.subject) or (operation.subject and not capture.complete):
        return why_unanswered(capture, operation, region, None)
    # What does not exist has no parts that may be missing; only a table that is not ready yet has them.
    failed = next((call for call in calls if call.error and (operation == DESCRIBE_KINESIS or not is_missing(call))), None)
    return why_unanswered(capture, operation, region, failed) if failed else ""


def _unseen_on(unanswered: dict[tuple[str, str], str], kind: str, on: Resource) -> str:
    region = on.provider.region or ""
    return unanswered.get((kind, region), "")


def _nothing(capture: Capture) -> str:
    named = f" named {', '.join(capture.tables)}" if capture.tables else ""
    unlisted = " ".join(_unlisted(capture))
    return unlisted or f"The account has no table{named} in {', '.join(capture.regions) or 'any region'}."


def _faults(capture: Capture) -> tuple[InputProblem, ...]:
    """The regions whose tables were not listed: no rule can judge them."""
    from dyncheck.input_problems import InputProblem

    return tuple(InputProblem("incomplete", f"{each} Capture it again, or without this region.") for each in _unlisted(capture))


def _unlisted(capture: Capture) -> Iterator[str]:
    for region in capture.regions if not capture.producer else ():
        listed = capture.call(LIST_TABLES, region)
        if listed is None or listed.error:
            yield f"The tables in {region} are not all known: {why_unanswered(capture, LIST_TABLES, region, listed)}."


def _notices(capture: Capture) -> Iterator[str]:
    if not capture.complete:
        yield "The capture was interrupted, so what it had not asked for yet is unknown."
    for each in deleted_tables(capture):
        yield f"The table {each} was deleted while the account was captured."
