"""HashiCorp's own parser and that of dyncheck refuse the same texts, for the same reason and at the same place.

`syntax.jsonl.xz` has its answers about changed texts. `python -m tests.recording.record_syntax` records them.
"""

from __future__ import annotations

import pytest

from tests.readers.hcl.language import pieces
from tests.readers.hcl.language.hashicorp import NotInstallable, errors
from tests.readers.hcl.language.syntax_answers import Answer, difference, recorded
from tests.support.samples import parts

RECORDED = tuple(recorded())


def test_changed_texts_are_recorded() -> None:
    refused = sum(bool(answer.errors) for answer in RECORDED)
    assert refused > 2000
    assert len(RECORDED) - refused > 1000


@pytest.mark.parametrize("part", range(10))
def test_what_is_recorded(part: int) -> None:
    assert [found for answer in RECORDED[part::10] if (found := difference(answer))] == []


def answered(texts: list[str]) -> list[Answer]:
    """Texts with the answers of the parser. Skips a test where it cannot be installed."""
    try:
        return [Answer(text, found) for text, found in zip(texts, errors(texts), strict=True)]
    except NotInstallable as reason:
        pytest.skip(f"HashiCorp's parser cannot be installed here: {reason}")


def test_every_file_of_this_repository_and_every_recorded_text() -> None:
    texts = [*(text for _, text in pieces.files()), *dict.fromkeys(pieces.recorded())]
    assert len(texts) > 4000
    assert [found for answer in answered(texts) if (found := difference(answer))] == []


@pytest.mark.parametrize("seed", parts(20))
def test_changed_texts(seed: int) -> None:
    assert [found for answer in answered([*pieces.changed(seed, 2000)]) if (found := difference(answer))] == []
