"""Capturing: at the rates that the services allow, again after throttling, and ended by Ctrl-C. Without network and without waiting."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from dyncheck.checking.progress import Progress
from dyncheck.live.capturing import Capturing, Question
from dyncheck.live.rates import Schedule
from dyncheck.readers.capture.calls import DESCRIBE_BACKUPS, DESCRIBE_TIME_TO_LIVE, LIST_TAGS, Operation
from dyncheck.readers.capture.document import Call, CallError, Capture
from tests.support.captures import arn, table

# How long a call takes, in seconds.
LATENCY = 0.02


class World:
    """An account with tables, a clock, and workers whose calls take time on that clock only."""

    def __init__(self, *tables: str, throttled: int = 0, interrupted_after: float = 1e9) -> None:
        self.tables = tables
        self.rules: list[dict[str, str]] = []
        self.now = 0.0
        self.asked: list[tuple[float, Question]] = []
        self._throttled = throttled
        self._interrupted_after = interrupted_after
        self._running: list[tuple[float, int, Question]] = []
        self._tries: dict[str, int] = {}

    def capture(self, *regions: str) -> Capture:
        return Capturing(self, regions or ("us-east-1",), (), Progress(), clock=lambda: self.now, workers=self.workers).capture()

    def workers(self, ask: Callable[[Question], Call]) -> World:
        self._ask = ask
        return self

    def submit(self, question: Question) -> None:
        self.asked.append((self.now, question))
        heappush(self._running, (self.now + LATENCY, len(self.asked), question))

    def next(self, seconds: float | None) -> tuple[Question, Call] | None:
        if self.now > self._interrupted_after:
            raise KeyboardInterrupt
        if not self._running or (seconds is not None and self._running[0][0] > self.now + seconds):
            assert seconds is not None, "Nothing runs, and nothing waits."
            self.now += seconds
            return None
        self.now, _, question = heappop(self._running)
        return question, self._ask(question)

    def number(self, regions: Any) -> str:  # noqa: ARG002
        return "123456789012"

    def ask(self, operation: Operation, region: str, parameters: dict[str, Any]) -> Call:
        made = Call(operation.service, operation.name, region, parameters, {})
        if operation == DESCRIBE_TIME_TO_LIVE:
            tries = self._tries[made.subject] = self._tries.get(made.subject, 0) + 1
            if tries <= self._throttled:
                return Call(operation.service, operation.name, region, parameters, None, CallError("ThrottlingException"))
        if operation.name == "ListTables":
            return Call(operation.service, operation.name, region, parameters, {"TableNames": [*self.tables]})
        if operation.name == "ListRules":
            return Call(operation.service, operation.name, region, parameters, {"Rules": self.rules})
        if operation.name == "DescribeTable":
            return Call(operation.service, operation.name, region, parameters, {"Table": table(made.subject, region)})
        return made

    def times(self, operation: Operation, region: str = "us-east-1") -> list[float]:
        """When an operation was asked."""
        return [at for at, question in self.asked if (question.operation, question.region) == (operation, region)]


def names(number: int) -> list[str]:
    return [f"dev-{each:04}" for each in range(number)]


def test_a_thousand_tables_take_no_longer_than_the_slowest_calls_allow() -> None:
    world = World(*names(1000))
    capture = world.capture()
    assert capture.complete
    assert len(capture.calls) == 8 + 5 * 1000
    # Two of the calls allow ten tables a second.
    assert 99.9 <= world.now <= 101


def test_no_call_is_made_more_often_than_its_service_allows() -> None:
    world = World(*names(100))
    world.capture()
    for operation in (DESCRIBE_BACKUPS, LIST_TAGS):
        times = world.times(operation)
        assert len(times) == 100
        # One that was a little late does not delay those after it.
        assert all(later - earlier > 0.99 for earlier, later in zip(times, times[11:], strict=False))


def test_each_region_has_rates_of_its_own() -> None:
    world = World(*names(100))
    world.capture("us-east-1", "eu-west-1", "eu-central-1")
    assert world.now <= 11


def test_a_call_is_made_again_after_a_pause_when_there_were_too_many() -> None:
    world = World("dev-orders", throttled=2)
    capture = world.capture()
    (answered,) = [call for call in capture.calls if call.operation == "DescribeTimeToLive"]
    assert answered.error is None
    first, second, third = world.times(DESCRIBE_TIME_TO_LIVE)
    assert (round(second - first), round(third - second)) == (2, 4)


def test_a_call_that_is_always_throttled_has_an_error_in_the_end() -> None:
    world = World("dev-orders", "dev-products", throttled=99)
    capture = world.capture()
    assert [call.error and call.error.code for call in capture.calls if call.operation == "DescribeTimeToLive"] == [
        "ThrottlingException"
    ] * 2
    assert capture.complete
    assert world.now < 60


def test_an_interrupted_capture_has_what_was_answered_by_then() -> None:
    world = World(*names(100), interrupted_after=5)
    capture = world.capture()
    assert not capture.complete
    assert 40 <= sum(call.operation == "DescribeContinuousBackups" for call in capture.calls) <= 60


def test_the_calls_are_in_an_order_of_their_own() -> None:
    calls = World("b", "a").capture("us-west-2", "eu-west-1").calls
    assert [*calls] == sorted(calls, key=lambda call: (call.region, call.service, call.operation, call.subject))
    assert [call.subject for call in calls if call.operation == "ListTagsOfResource"] == [
        arn(name, region) for region in ("eu-west-1", "us-west-2") for name in ("a", "b")
    ]


def test_a_schedule_gives_each_kind_its_turn() -> None:
    schedule: Schedule[str] = Schedule()
    assert (schedule.take(0), schedule.pause(0)) == (None, None)
    for name in ("slow 1", "slow 2", "slow 3"):
        schedule.add(name, "slow", 10)
    schedule.add("quick", "quick", 0)
    # A line that was idle may be one question ahead.
    assert [schedule.take(100) for _ in range(4)] == ["slow 1", "slow 2", "quick", None]
    assert round(schedule.pause(100) or 0, 3) == 0.1
    assert schedule.take(100.1) == "slow 3"
    schedule.add("held", "quick", 0)
    schedule.hold("quick", 103)
    assert (schedule.take(102), schedule.pause(102), schedule.take(103)) == (None, 1, "held")


def test_the_targets_of_a_rule_are_asked_for_where_events_of_alarms_may_fit_it() -> None:
    patterns = {
        "of alarms": '{"source": ["aws.cloudwatch"]}',
        "of everything": '{"account": ["123456789012"]}',
        "with a prefix": '{"source": [{"prefix": "aws."}]}',
        "of others": '{"source": ["aws.ec2"]}',
    }
    world = World()
    world.rules = [{"Name": name, "EventPattern": pattern} for name, pattern in patterns.items()] + [{"Name": "on a schedule"}]
    asked = [call.parameters["Rule"] for call in world.capture().calls if call.operation == "ListTargetsByRule"]
    assert asked == ["of alarms", "of everything", "with a prefix"]
