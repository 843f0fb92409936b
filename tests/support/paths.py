"""The paths of the files that tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
INFRASTRUCTURE = ROOT / "Infrastructure"
TESTS = ROOT / "tests"

# The reference module, and an exact copy of the module in the specification.
REFERENCE = INFRASTRUCTURE / "Modules" / "dynamodb"
SPECIFICATION = TESTS / "modules" / "specification"

CONTRACTS = TESTS / "contracts"
DETAILS = TESTS / "details"
GOLDEN = TESTS / "golden"
INPUTS = TESTS / "inputs"
PLANS = TESTS / "plans"
POLICIES = TESTS / "policies"
SOURCES = TESTS / "sources"
TOGETHER = TESTS / "together"
