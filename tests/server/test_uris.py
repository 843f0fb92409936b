"""URIs of files and their paths."""

from __future__ import annotations

import pytest

from dyncheck.server.uris import path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.tf", "/a/b.tf"),
        ("FILE://localhost/a/b.tf", "/a/b.tf"),
        ("file:///a%20b/gr%C3%B6%C3%9Fe/100%2525;c/%23.tf", "/a b/größe/100%25;c/#.tf"),
        ("file:///%ff.tf", "/\udcff.tf"),
        ("file:///a.tf?version=1#L3", "/a.tf"),
        ("file:///a%00b.tf", None),
        ("file://server/share/a.tf", None),
        ("untitled:a.tf", None),
        ("file:a.tf", None),
        ("", None),
    ],
)
def test_the_path_of_a_uri(uri: str, path: str | None) -> None:
    assert path_of(uri, is_windows=False) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/J%C3%B6rg/a.tf", "c:\\Users\\Jörg\\a.tf"),
        ("file:///C:/a%20b.tf", "C:\\a b.tf"),
        ("file://server/share/a.tf", "\\\\server\\share\\a.tf"),
        ("file:///a.tf", None),
    ],
)
def test_the_path_of_a_uri_on_windows(uri: str, path: str | None) -> None:
    assert path_of(uri, is_windows=True) == path


@pytest.mark.parametrize("path", ["/a b/größe/100%25/#1/c;d?.tf", "/\udcff.tf", "/🙂.tf"])
def test_a_path_is_the_path_of_its_uri(path: str) -> None:
    assert path_of(uri_of(path, is_windows=False), is_windows=False) == path


@pytest.mark.parametrize("path", ["C:\\Users\\Jörg\\a b.tf", "\\\\server\\share\\100%.tf"])
def test_a_path_is_the_path_of_its_uri_on_windows(path: str) -> None:
    assert path_of(uri_of(path, is_windows=True), is_windows=True) == path
