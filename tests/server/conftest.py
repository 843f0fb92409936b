"""The server that the tests share, and the folders that they open in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.editor import Editor, command


@pytest.fixture(scope="session")
def shared() -> Iterator[Editor]:
    editor = Editor(command())
    yield editor
    assert editor.end() == (0, b"")


@pytest.fixture
def editor(shared: Editor) -> Iterator[Editor]:
    """The server, in which no file is open."""
    yield shared
    assert shared.is_running
    shared.close_all()


Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def folder(editor: Editor, tmp_path: Path) -> Iterator[Write]:
    """Writes files, the first time below a new folder of the editor, which is a repository."""
    (tmp_path / ".git").mkdir()
    editor.add_folder(tmp_path)

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return tmp_path

    yield write
    editor.close_all()
    editor.remove_folder(tmp_path)
