"""The pages that show commands with their outputs: their files are valid, and their commands print what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.catalog import contract_file
from dyncheck.settings.file import load as load_configuration
from tools.tutorial import PAGE, PAGES, files, with_outputs

TEXT = PAGE.read_text()
WRONG = "wrong.yaml"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_the_page_print_what_it_shows(page: Path) -> None:
    text = page.read_text()
    assert with_outputs(text) == text, "Run `make generate`, and review the difference."


@pytest.mark.parametrize(("path", "content"), [each for each in files(TEXT) if each[0] != WRONG])
def test_a_file_of_the_page_is_valid(path: str, content: str, tmp_path: Path) -> None:
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    if file.name == ".dyncheck.yaml":
        assert load_configuration(str(file)).configuration.reference is False
    else:
        assert contract_file.read(file)[1] == []
