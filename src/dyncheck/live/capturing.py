"""Captures an account: asks for its tables and alarms in many threads, and follows each answer to the next questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fnmatch import fnmatchcase
from queue import SimpleQueue
from time import gmtime, strftime
from typing import Any

from msgspec import Struct

from dyncheck.checking.progress import Progress
from dyncheck.live.account import Account
from dyncheck.live.rates import Rate
from dyncheck.readers.capture.calls import (
    DESCRIBE_ALARMS,
    DESCRIBE_BACKUPS,
    DESCRIBE_KEY,
    DESCRIBE_KINESIS,
    DESCRIBE_TABLE,
    DESCRIBE_TIME_TO_LIVE,
    GET_MUTE_RULE,
    GET_TOPIC,
    LIST_EVENT_SOURCES,
    LIST_MUTE_RULES,
    LIST_PIPES,
    LIST_RULES,
    LIST_SUBSCRIPTIONS,
    LIST_TABLES,
    LIST_TAGS,
    LIST_TARGETS,
    SCALABLE_TARGETS,
    SCALING_POLICIES,
    Operation,
)
from dyncheck.readers.capture.document import Call, Capture

# Calls at once. Each takes some 20 ms, so they reach any rate that the services allow.
THREADS = 16

_FIRST = (
    LIST_TABLES,
    DESCRIBE_ALARMS,
    LIST_MUTE_RULES,
    SCALABLE_TARGETS,
    SCALING_POLICIES,
    LIST_RULES,
    LIST_EVENT_SOURCES,
    LIST_PIPES,
)

# The source of the events of alarms, in the pattern of a rule of EventBridge.
_OF_ALARMS = "aws.cloudwatch"


class Question(Struct, frozen=True):
    """A call that is to be made."""

    operation: Operation
    region: str
    subject: str = ""
    bus: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the call."""
        parameters = {self.operation.subject: self.subject} if self.operation.subject else {}
        return parameters | ({"EventBusName": self.bus} if self.bus else {})


class Capturing:
    """Asks an account; `regions` are asked for all tables whose names fit one of `patterns`, or for all without any."""

    def __init__(self, account: Account, regions: Sequence[str], patterns: Sequence[str], progress: Progress) -> None:
        self._account = account
        self._regions = tuple(regions)
        self._patterns = tuple(patterns)
        self._progress = progress
        self._rates: dict[tuple[str, str], Rate] = {}
        self._asked: set[Question] = set()
        self._calls: list[Call] = []

    def capture(self) -> Capture:
        """The answers. When Ctrl-C ends it, they are those that were there by then, and not complete."""
        number = self._account.number(self._regions[0])
        answered: SimpleQueue[Future[Call]] = SimpleQueue()
        waiting = 0
        is_complete = True
        pool = ThreadPoolExecutor(THREADS, "dyncheck")
        try:
            questions: list[Question] = [Question(operation, region) for region in self._regions for operation in _FIRST]
            while questions or waiting:
                for question in questions:
                    pool.submit(self._ask, question).add_done_callback(answered.put)
                waiting += len(questions)
                self._progress.begin(len(questions))
                call = answered.get().result()
                waiting -= 1
                self._progress.step()
                self._calls.append(call)
                questions = [each for each in self._following(call) if each not in self._asked]
                self._asked.update(questions)
        except KeyboardInterrupt:
            is_complete = False
        finally:
            pool.shutdown(wait=is_complete, cancel_futures=True)
        return Capture(
            calls=tuple(sorted(self._calls, key=_order)),
            regions=self._regions,
            account=number,
            taken=strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()),
            tables=self._patterns,
            complete=is_complete,
        )

    def _ask(self, question: Question) -> Call:
        self._rate(question).take()
        return self._account.ask(question.operation, question.region, question.parameters)

    def _rate(self, question: Question) -> Rate:
        # The rates are those of one region.
        return self._rates.setdefault((question.operation.permission, question.region), Rate(question.operation.rate))

    def _following(self, call: Call) -> Iterator[Question]:
        """What an answer leads to."""
        region, answer = call.region, call.answer or {}
        match call.operation:
            case LIST_TABLES.name:
                yield from (Question(DESCRIBE_TABLE, region, name) for name in answer.get("TableNames", ()) if self._is_wanted(name))
            case DESCRIBE_TABLE.name if answer and region in self._regions:
                yield from _of_table(region, answer["Table"])
            case DESCRIBE_ALARMS.name:
                yield from _of_alarms(region, answer)
            case LIST_MUTE_RULES.name:
                found = answer.get("AlarmMuteRuleSummaries", ())
                yield from (Question(GET_MUTE_RULE, region, each["AlarmMuteRuleArn"].rpartition(":")[2]) for each in found)
            case LIST_RULES.name:
                rules = (each for each in answer.get("Rules", ()) if _OF_ALARMS in each.get("EventPattern", ""))
                yield from (Question(LIST_TARGETS, region, each["Name"], each.get("EventBusName", "default")) for each in rules)

    def _is_wanted(self, name: str) -> bool:
        return not self._patterns or any(fnmatchcase(name, pattern) for pattern in self._patterns)


def _of_table(region: str, table: dict[str, Any]) -> Iterator[Question]:
    name = table["TableName"]
    yield from (Question(operation, region, name) for operation in (DESCRIBE_BACKUPS, DESCRIBE_TIME_TO_LIVE, DESCRIBE_KINESIS))
    yield Question(LIST_TAGS, region, table["TableArn"])
    yield from _of_key(region, (table.get("SSEDescription") or {}).get("KMSMasterKeyArn"))
    for replica in table.get("Replicas", ()):
        there = replica["RegionName"]
        yield from (Question(operation, there, name) for operation in (DESCRIBE_TABLE, DESCRIBE_BACKUPS))
        yield from _of_key(there, replica.get("KMSMasterKeyId"))


def _of_key(region: str, key: str | None) -> Iterator[Question]:
    if key:
        yield Question(DESCRIBE_KEY, region, key)


def _of_alarms(region: str, answer: dict[str, Any]) -> Iterator[Question]:
    alarms = (*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ()))
    actions = dict.fromkeys(action for alarm in alarms for action in alarm.get("AlarmActions", ()))
    for arn in actions:
        parts = arn.split(":")
        if len(parts) == 6 and parts[2] == "sns" and parts[3] == region:
            yield from (Question(operation, region, arn) for operation in (GET_TOPIC, LIST_SUBSCRIPTIONS))


def _order(call: Call) -> tuple[str, ...]:
    return (call.region, call.service, call.operation, call.subject)
