"""Captures an account: asks for its tables and alarms in many threads, and follows each answer to the next questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from time import gmtime, monotonic, strftime
from typing import Any, Protocol

from msgspec import MsgspecError, Struct
from msgspec.json import decode

from dyncheck.checking.progress import Progress
from dyncheck.live.account import is_throttled
from dyncheck.live.rates import Schedule
from dyncheck.live.workers import Workers
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
# Times that a question is asked again when the service had too many, after the tries of botocore. The pauses double: 2, 4, 8, 16 seconds.
_MORE_TRIES = 4

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
    def kind(self) -> tuple[str, str]:
        """What shares a rate: an operation in one region."""
        return (self.operation.permission, self.region)

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the call."""
        parameters = {self.operation.subject: self.subject} if self.operation.subject else {}
        return parameters | ({"EventBusName": self.bus} if self.bus else {})


class Asks(Protocol):
    """What makes the calls: an `Account`."""

    def ask(self, operation: Operation, region: str, parameters: dict[str, Any]) -> Call:
        """The answer to a call, all of its pages, or its error."""

    def number(self, regions: Sequence[str]) -> str:
        """The number of the account."""


class Calls(Protocol):
    """What makes several calls at once: `Workers`."""

    def submit(self, question: Question) -> None:
        """Have a question asked."""

    def next(self, seconds: float | None) -> tuple[Question, Call] | None:
        """The next question that was answered, with its answer; None when so many seconds pass without one."""


class Capturing:
    """Asks an account; `regions` are asked for all tables whose names fit one of `patterns`, or for all without any.

    `clock` gives seconds. `workers` make the calls, threads of their own without them.
    """

    def __init__(
        self,
        account: Asks,
        regions: Sequence[str],
        patterns: Sequence[str],
        progress: Progress,
        *,
        clock: Callable[[], float] = monotonic,
        workers: Callable[[Callable[[Question], Call]], Calls] | None = None,
    ) -> None:
        self._account = account
        self._regions = tuple(regions)
        self._patterns = tuple(patterns)
        self._progress = progress
        self._clock = clock
        self._workers = workers or (lambda ask: Workers(ask, THREADS))
        self._schedule: Schedule[Question] = Schedule()
        self._tries: dict[Question, int] = {}
        self._calls: list[Call] = []

    def capture(self) -> Capture:
        """The answers. When Ctrl-C ends it, they are those that were there by then, and not complete."""
        number = self._account.number(self._regions)
        is_complete = True
        try:
            self._ask_all(self._workers(self._ask))
        except KeyboardInterrupt:
            is_complete = False
        return Capture(
            calls=tuple(sorted(self._calls, key=_order)),
            regions=self._regions,
            account=number,
            taken=strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()),
            tables=self._patterns,
            complete=is_complete,
        )

    def _ask_all(self, workers: Calls) -> None:
        """Ask, and follow each answer, until nothing is left to ask."""
        self._plan(Question(operation, region) for region in self._regions for operation in _FIRST)
        asked = 0
        while True:
            # A question that would only wait for a thread would lose its turn, and be asked later together with the next ones.
            while asked < THREADS and (question := self._schedule.take(self._clock())):
                workers.submit(question)
                asked += 1
            pause = self._schedule.pause(self._clock()) if asked < THREADS else None
            if not asked and pause is None:
                return
            if answered := workers.next(pause):
                asked -= 1
                self._take(*answered)

    def _plan(self, questions: Iterable[Question]) -> None:
        new = [each for each in dict.fromkeys(questions) if each not in self._tries]
        for question in new:
            self._tries[question] = 0
            self._schedule.add(question, question.kind, question.operation.rate)
        self._progress.begin(len(new))

    def _take(self, question: Question, call: Call) -> None:
        """Keep an answer and ask what it leads to, or ask again when the service had too many questions."""
        if call.error and is_throttled(call.error) and self._tries[question] < _MORE_TRIES:
            self._tries[question] += 1
            self._schedule.add(question, question.kind, question.operation.rate)
            self._schedule.hold(question.kind, self._clock() + 2 ** self._tries[question])
            return
        self._calls.append(call)
        self._plan(self._following(call))
        self._progress.step()

    def _ask(self, question: Question) -> Call:
        return self._account.ask(question.operation, question.region, question.parameters)

    def _following(self, call: Call) -> Iterator[Question]:
        """What an answer leads to."""
        region, answer = call.region, call.answer or {}
        match call.operation:
            case LIST_TABLES.name:
                yield from (Question(DESCRIBE_TABLE, region, name) for name in answer.get("TableNames", ()) if self._is_wanted(name))
            case DESCRIBE_TABLE.name if answer:
                yield from _of_table(region, answer["Table"]) if region in self._regions else _of_key(region, _key_of(answer["Table"]))
            case DESCRIBE_ALARMS.name:
                yield from _of_alarms(region, answer)
            case LIST_MUTE_RULES.name:
                found = answer.get("AlarmMuteRuleSummaries", ())
                yield from (Question(GET_MUTE_RULE, region, each["AlarmMuteRuleArn"].rpartition(":")[2]) for each in found)
            case LIST_RULES.name:
                rules = (each for each in answer.get("Rules", ()) if _may_match_alarms(each.get("EventPattern", "")))
                yield from (Question(LIST_TARGETS, region, each["Name"], each.get("EventBusName", "default")) for each in rules)

    def _is_wanted(self, name: str) -> bool:
        return not self._patterns or any(fnmatchcase(name, pattern) for pattern in self._patterns)


def _of_table(region: str, table: dict[str, Any]) -> Iterator[Question]:
    name = table["TableName"]
    yield from (Question(operation, region, name) for operation in (DESCRIBE_BACKUPS, DESCRIBE_TIME_TO_LIVE, DESCRIBE_KINESIS))
    yield Question(LIST_TAGS, region, table["TableArn"])
    yield from _of_key(region, _key_of(table))
    for replica in table.get("Replicas", ()):
        there = replica["RegionName"]
        yield from (Question(operation, there, name) for operation in (DESCRIBE_TABLE, DESCRIBE_BACKUPS))
        yield from _of_key(there, replica.get("KMSMasterKeyId"))


def _key_of(table: dict[str, Any]) -> str | None:
    found: str | None = (table.get("SSEDescription") or {}).get("KMSMasterKeyArn")
    return found


def _may_match_alarms(pattern: str) -> bool:
    """Whether events of alarms may fit the pattern of a rule; a rule on a schedule has none."""
    if not pattern:
        return False
    try:
        sources = decode(pattern, type=dict[str, Any]).get("source", [_OF_ALARMS])
    except MsgspecError:
        return True
    return not all(isinstance(each, str) and each != _OF_ALARMS for each in sources)


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
