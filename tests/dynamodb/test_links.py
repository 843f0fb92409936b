"""References and ARNs that lead to one instance of a resource."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.links import Links, leads_to, may_pass_on, text_of
from dyncheck.model import UNSET, Deferred, Known, Reference, Resource, Value
from dyncheck.readers.references import reference_of
from tests.dynamodb.reading import Values

LATER = Deferred(reason="waits for x")


def topic(address: str, module: str = "", **values: Value) -> Resource:
    """A topic at that address."""
    name = address.removeprefix(f"{module}.").removeprefix("aws_sns_topic.").partition("[")[0]
    return Resource(address, "aws_sns_topic", name, module, Values(**values))


def planned(text: str, module: str | None = "") -> Reference:
    """A reference as a plan has it, in the module instance."""
    found = reference_of(text)
    return Reference(text, found.resource, module, found.type, found.attribute)


HOLDER = topic("aws_sns_topic.holder")
SINGLE, KEYED, NUMBERED = topic("aws_sns_topic.t"), topic('aws_sns_topic.t["a"]'), topic("aws_sns_topic.t[1]")
INSIDE = topic('module.m["a"].aws_sns_topic.t', 'module.m["a"]')
KEYED_INSIDE = topic('module.m["a"].aws_sns_topic.t[1]', 'module.m["a"]')


@pytest.mark.parametrize(
    ("reference", "target", "leads"),
    [
        (planned("aws_sns_topic.t.arn"), SINGLE, True),
        (planned("aws_sns_topic.u.arn"), SINGLE, False),
        (Reference("data.aws_sns_topic.t.arn", "aws_sns_topic.t", "", "aws_sns_topic", "arn", True), SINGLE, False),
        (planned('aws_sns_topic.t["a"].arn'), KEYED, True),
        (planned('aws_sns_topic.t["b"].arn'), KEYED, False),
        (planned("aws_sns_topic.t[1].arn"), NUMBERED, True),
        (planned("aws_sns_topic.t[2].arn"), NUMBERED, False),
        (planned("aws_sns_topic.t"), KEYED, None),
        (planned("aws_sns_topic.t[each.key].arn"), KEYED, None),
        (planned('module.m["a"].aws_sns_topic.t.arn', None), INSIDE, True),
        (planned('module.m["b"].aws_sns_topic.t.arn', None), INSIDE, False),
        (planned('module.m["a"].aws_sns_topic.t[1].arn', None), KEYED_INSIDE, True),
        (planned('module.m["a"].aws_sns_topic.t[2].arn', None), KEYED_INSIDE, False),
        (planned("module.m.aws_sns_topic.t.arn", None), INSIDE, None),
        (planned("module.m.aws_sns_topic.t.arn", 'module.m["a"]'), INSIDE, True),
        (planned("module.m.aws_sns_topic.t.arn", 'module.m["b"]'), INSIDE, None),
        (planned("module.m.aws_sns_topic.t[1].arn", None), KEYED_INSIDE, None),
        (planned("module.m.aws_sns_topic.t[2].arn", None), KEYED_INSIDE, False),
    ],
)
def test_a_reference_leads_to_an_instance(reference: Reference, target: Resource, leads: bool | None) -> None:
    assert leads_to(reference, HOLDER, target) is leads


def test_a_reference_in_the_same_module_instance_leads_to_it() -> None:
    holder = topic('module.m["a"].aws_sns_topic.holder', 'module.m["a"]')
    assert leads_to(planned("module.m.aws_sns_topic.t.arn", None), holder, INSIDE) is True


@pytest.mark.parametrize(
    ("reference", "passes"),
    [
        (planned("aws_sqs_queue.q.arn"), False),
        (planned("terraform_data.x.output"), True),
        (Reference("var.x"), True),
        (reference_of("data.aws_sns_topic.d.arn"), True),
        (Reference("x", "x", None, None), True),
    ],
)
def test_a_reference_may_pass_on_the_name_of_another_resource(reference: Reference, passes: bool) -> None:
    assert may_pass_on(reference) is passes


ARN = "arn:aws:sns:us-east-1:123456789012:t"


@pytest.mark.parametrize(
    ("value", "certain", "maybe"),
    [
        (Known(ARN), True, False),
        (Known([ARN, "x"]), True, False),
        (Known("arn:aws:sns:us-east-1:1:other"), False, False),
        (Known([LATER]), False, True),
        (LATER, False, True),
        (Deferred((planned("aws_sns_topic.t.arn"),)), True, False),
        (Deferred((planned("aws_sns_topic.u.arn"),)), False, False),
        (Deferred((planned("aws_sns_topic.t.arn"), planned("terraform_data.x.output"))), True, True),
        (UNSET, False, False),
    ],
)
def test_what_names_a_resource(value: Value, certain: bool, maybe: bool) -> None:
    links = Links([topic("aws_sns_topic.holder", argument=value)], "argument")
    found = links.to(SINGLE, (ARN, None), None)
    assert tuple(map(bool, found)) == (certain, maybe)


def test_an_arn_of_the_same_name_may_name_a_resource_that_does_not_exist_yet() -> None:
    links = Links([topic("aws_sns_topic.holder", argument=Known(ARN))], "argument")
    assert [len(found) for found in links.to(SINGLE, (None,), "t")] == [0, 1]
    assert [len(found) for found in links.to(SINGLE, (None,), None)] == [0, 0]


def test_the_instance_that_a_reference_names_is_uncertain_among_several() -> None:
    links = Links([topic("aws_sns_topic.holder", argument=Deferred((planned("aws_sns_topic.t"),)))], "argument")
    assert [len(found) for found in links.to(KEYED, (), None)] == [0, 1]


def test_a_text_is_known_or_nothing() -> None:
    found = topic("aws_sns_topic.t", name=Known("t"), number=Known(1), later=LATER)
    assert [text_of(found, name) for name in ("name", "number", "later", "missing")] == ["t", None, None, None]
