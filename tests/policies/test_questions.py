"""An unknown that depends on a module input has the question that decides it; a proof continues with this question."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.dynamodb import Inventory
from dyncheck.model import Deferred, Known, Question, Unknown
from tests.dynamodb.reading import Values, resource


def test_a_key_that_depends_on_an_input_has_its_question() -> None:
    question = Question("key", "null")
    encryption = Values(enabled=Known(True), kms_key_arn=Deferred(question=question))
    held = Inventory([replace(resource(), body=Values({"server_side_encryption": (encryption,)}))])
    (rule,) = (each for each in all_rules() if each.id == "aws-managed-key")
    with pytest.raises(Unknown) as unknown:
        next(rule.check(held.tables[0], None))
    assert unknown.value.question is question
