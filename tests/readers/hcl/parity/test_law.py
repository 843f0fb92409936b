"""`tests.readers.hcl.parity.law` finds each contradiction between the two modes, and no others."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.types import INDEX
from tests.readers.hcl.parity.law import Rows, contradictions, equal_share


def rows(*words: str) -> Rows:
    """Rows from texts such as `rule t.a pass`."""
    return [(rule, address, status) for rule, address, status in (word.split() for word in words)]


@pytest.mark.parametrize(
    ("plan", "hcl"),
    [
        pytest.param(["r t.a pass"], ["r t.a pass"], id="the same"),
        pytest.param(["r t.a pass"], ["r t.a unknown"], id="unknown for pass"),
        pytest.param(["aws-managed-key t.a unknown"], ["aws-managed-key t.a fail"], id="a null that a plan does not show"),
        pytest.param(["r t.a fail"], ["r t.a unknown"], id="unknown for fail"),
        pytest.param(["r t.a fail", "r t.a fail"], ["r t.a fail"], id="unknown for one of two defects"),
        pytest.param(["r t.a fail", "r t.a fail"], ["r t.a unknown"], id="unknown for both defects"),
        pytest.param(["r t.a[0] fail", "r t.a[1] pass"], ["r t.a unknown"], id="an unknown number of instances"),
        pytest.param(["r t.a[1] pass"], ["r t.a unknown", "s t.a unknown"], id="instances with a rule that may not apply"),
        pytest.param(["r t.a[0] pass", "r t.a[1] pass"], ["r t.a pass-if-any"], id="a pass of each instance"),
        pytest.param([], ["r t.a pass-if-any"], id="a pass of each instance of none"),
        pytest.param(["r t.a pass"], ["r t.a pass-if-any"], id="a pass of the only instance"),
        pytest.param(["r t.a[0] pass", "s t.a[0] fail"], ["r t.a pass-if-any", "s t.a unknown"], id="a pass of each instance, an unknown"),
        pytest.param(["r m.x[0].t.a pass"], ["r m.x.t.a unknown"], id="an unknown number of module instances"),
        pytest.param([], ["r t.a unknown"], id="an unknown number of instances that is zero"),
        pytest.param(["r t.a pass"], ["r t.a pass", "s t.a unknown"], id="a rule that may not apply"),
        pytest.param(["r alarm.a fail", "s t.a pass"], ["r t.a unknown", "s t.a pass"], id="a defect at another resource"),
        pytest.param(["r t.a fail", f"r {INDEX}.i fail"], ["r t.a unknown"], id="unknown for an index that is a resource"),
        pytest.param(["r t.a fail", f"r m.x[0].{INDEX}.i[0] fail"], ["r t.a fail"], id="a defect of the table, not of its index"),
        pytest.param(["wrong-table-name t.a pass", "missing-tags t.a fail"], ["wrong-table-name t.a unknown"], id="an unknown contract"),
    ],
)
def test_allowed_difference_is_not_a_contradiction(plan: list[str], hcl: list[str]) -> None:
    assert list(contradictions(rows(*plan), rows(*hcl))) == []


@pytest.mark.parametrize(
    ("plan", "hcl", "expected"),
    [
        pytest.param(["r t.a pass"], ["r t.a fail"], ["r at t.a: pass, fail"], id="fail for pass"),
        pytest.param(["r t.a fail"], ["r t.a pass"], ["r at t.a: fail, pass"], id="pass for fail"),
        pytest.param(["r t.a unknown"], ["r t.a pass"], ["r at t.a: unknown, pass"], id="pass for unknown"),
        pytest.param(["r t.a unknown"], ["r t.a fail"], ["r at t.a: unknown, fail"], id="fail for unknown"),
        pytest.param(["r t.a fail"], ["r t.a fail", "r t.a fail"], ["r at t.a: fail, 2 times fail"], id="an extra defect"),
        pytest.param(["r t.a pass"], ["r t.a pass", "s t.a fail"], ["s at t.a: nothing, fail"], id="an extra rule"),
        pytest.param(
            ["wrong-table-name t.a pass", "r t.a fail"],
            ["wrong-table-name t.a unknown"],
            ["r at t.a: fail, nothing"],
            id="a missing rule that needs no contract",
        ),
        pytest.param(["r t.a pass"], [], ["r at t.a: pass, nothing"], id="nothing for pass"),
        pytest.param(
            ["r t.a[0] pass", "r t.a[1] fail"], ["r t.a pass-if-any"], ["r at t.a[1]: fail, nothing"], id="a fail of one instance"
        ),
        pytest.param(["r t.a[0] unknown"], ["r t.a pass-if-any"], ["r at t.a[0]: unknown, nothing"], id="a pass of an unknown instance"),
        pytest.param(["r t.a fail"], ["r t.a pass-if-any"], ["r at t.a: fail, pass-if-any"], id="a pass of the failing only instance"),
        pytest.param(
            ["r t.a[0] pass"],
            ["r t.a pass-if-any", "s t.a pass-if-any"],
            ["s at t.a: nothing, pass-if-any"],
            id="a pass of a rule that does not apply to the instance",
        ),
        pytest.param(
            ["r t.a[0] pass", "s t.a[0] pass"],
            ["r t.a pass-if-any"],
            ["s at t.a[0]: pass, nothing"],
            id="no verdict of a rule that applies",
        ),
        pytest.param([], ["r t.a pass"], ["r at t.a: nothing, pass"], id="pass for nothing"),
        pytest.param(
            [f"r {INDEX}.i fail"],
            ["r t.a pass"],
            [f"r at {INDEX}.i: fail, nothing", "r at t.a: nothing, pass"],
            id="pass for a defect of an index that is a resource",
        ),
        pytest.param(
            ["r t.a[0] pass"], ["r t.a pass"], ["r at t.a: nothing, pass", "r at t.a[0]: pass, nothing"], id="pass without the key"
        ),
        pytest.param(["r t.a[0] pass"], ["r t.b unknown"], ["r at t.a[0]: pass, nothing"], id="an unknown number at another resource"),
        pytest.param(["r t.a[0] pass", "s t.a[0] pass"], ["r t.a[0] unknown"], ["s at t.a[0]: pass, nothing"], id="a missing rule"),
    ],
)
def test_forbidden_difference_is_a_contradiction(plan: list[str], hcl: list[str], expected: list[str]) -> None:
    found = contradictions(rows(*plan), rows(*hcl))
    assert [words.replace("plan mode says ", "").replace("HCL mode says ", "") for words in found] == expected


def test_equal_share_counts_certain_results_and_equal_results() -> None:
    assert equal_share(rows("r t.a pass", "s t.a fail", "u t.a unknown"), rows("r t.a pass", "s t.a unknown", "u t.a unknown")) == (2, 1)
