"""The API for rules of one's own: no name that a rule may use is removed."""

from __future__ import annotations

from pathlib import Path

from tools.rule_api import names, page

RECORDED = (Path(__file__).parent / "api.txt").read_text().splitlines()


def test_no_name_of_the_api_is_removed() -> None:
    removed = set(RECORDED) - set(names())
    assert not removed, "Rules outside this repository use these names. Keep them, or change the first number of the version."


def test_every_name_is_described() -> None:
    lines = page().splitlines()
    titles = [position for position, line in enumerate(lines) if line.startswith("###")]
    assert [lines[position] for position in titles if not lines[position + 2].endswith((".", "`"))] == []
