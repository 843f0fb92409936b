"""Finds the documents of a fleet: files, those in directories, those that fit patterns, and those in stores."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from fsspec.core import url_to_fs
from fsspec.registry import known_implementations
from msgspec import Struct

from dyncheck.errors import UsageError, one_line
from dyncheck.files import from_repository

# The names of documents in directories. A `.tfstate.backup` is an earlier state.
_ENDINGS = (".json", ".tfstate")
_OTHER_ENDINGS = (".tf.json", ".tofu.json", ".tfvars.json")
_MAGIC = re.compile(r"[*?\[]")


class Document(Struct, frozen=True):
    """A document of a fleet.

    `name` is that of the rows, `origin` the path that fingerprints are made of. `source` is the URL that it was found by, empty for a
    local file, and `path` its path there, an absolute one on the disk. `is_named` says that the user named it, or a pattern for it, and
    not only a directory. `known` is the hash that it had in an earlier run with the same rules, empty without.
    """

    name: str
    origin: str
    path: str
    source: str = ""
    size: int = 0
    stamp: str = ""
    is_named: bool = True
    known: str = ""


class Missing(Struct, frozen=True):
    """A source that has no document, or that cannot be listed, and why."""

    name: str
    why: str


def documents(sources: Iterable[str]) -> tuple[tuple[Document, ...], tuple[Missing, ...]]:
    """The documents of all sources, each once, in the order of their names, and the sources without any.

    Raises `UsageError` when the package that opens a store is not installed.
    """
    found: dict[str, Document] = {}
    missing: list[Missing] = []
    for source in sources:
        try:
            several = list(_in_store(source) if "://" in source else _local(source))
        except OSError as error:
            missing.append(Missing(shown(source), f"cannot be read: {error.strerror or one_line(str(error))}"))
            continue
        if not several:
            missing.append(Missing(shown(source), "has no document: no plan, state or capture is there"))
        for each in several:
            found.setdefault(each.name, each)
    return tuple(found[name] for name in sorted(found)), tuple(missing)


def shown(location: str) -> str:
    """A path, or a URL without a user, a password and a query, as rows and messages have it."""
    if "://" in location:
        parts = urlsplit(location)
        location = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    # The name of a file may have bytes that are no text.
    return location.encode("utf-8", "backslashreplace").decode()


def _local(source: str) -> Iterator[Document]:
    if os.path.isdir(source):
        for path in _in_directory(source):
            yield _file(path, is_named=False)
    elif _MAGIC.search(source) and not os.path.lexists(source):
        for path in sorted(glob.glob(source, recursive=True)):
            if os.path.isfile(path):
                yield _file(path)
    else:
        os.stat(source)
        yield _file(source)


def _in_directory(directory: str) -> Iterator[str]:
    """The files below a directory that have the name of a document. Hidden directories have none, and links are not followed."""
    for path, directories, files in os.walk(directory):
        directories[:] = sorted(each for each in directories if not each.startswith("."))
        yield from (os.path.join(path, name) for name in sorted(files) if _is_document(name))


def _is_document(name: str) -> bool:
    return name.endswith(_ENDINGS) and not name.endswith(_OTHER_ENDINGS) and not name.startswith(".")


def _file(path: str, *, is_named: bool = True) -> Document:
    return Document(shown(path), from_repository(path), os.path.abspath(path), size=os.stat(path).st_size, is_named=is_named)


def _in_store(source: str) -> Iterator[Document]:
    """The documents that a URL names: an object, those that fit a pattern, or those below a directory."""
    scheme = source.partition("://")[0]
    if scheme in ("file", "local"):
        yield from _local(source.partition("://")[2])
        return
    system, path = opened(source)
    try:
        if _MAGIC.search(path):
            found, is_named = system.glob(path, detail=True), True
        elif system.isdir(path):
            found, is_named = system.find(path, detail=True), False
        else:
            found, is_named = {path: system.info(path)}, True
    except OSError:
        raise
    except Exception as error:  # Each store has exceptions of its own.
        raise OSError(None, one_line(f"{type(error).__name__}: {error}")) from None
    for each in sorted(found):
        about = found[each]
        if about.get("type", "file") == "file" and (is_named or (_is_document(each.rpartition("/")[2]) and "/." not in each)):
            name = _named(source, each)
            yield Document(name, name, each, source, int(about.get("size") or 0), _stamp(about), is_named)


def opened(source: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. Raises `UsageError` when the package that opens it is not installed."""
    scheme = source.partition("://")[0]
    if scheme not in known_implementations:
        raise UsageError(f"{shown(source)} has the scheme {scheme!r}, which fsspec does not know. Use one such as s3, gs or az.")
    try:
        return url_to_fs(source)  # type: ignore[no-any-return]
    except ImportError as error:
        hint = known_implementations[scheme].get("err", "") or str(error)
        raise UsageError(f"{shown(source)} cannot be opened, because a package is not installed. {hint.rstrip('.')}.") from None
    except ValueError as error:
        raise UsageError(f"{shown(source)} is not a valid URL: {one_line(str(error))}.") from None


def _named(source: str, path: str) -> str:
    if "://" in path:
        return shown(path)
    parts = urlsplit(source)
    # Some file systems have paths from their root, without the host.
    return shown(f"{parts.scheme}://{parts.netloc}{path}" if path.startswith("/") else f"{parts.scheme}://{path}")


def _stamp(about: Mapping[str, Any]) -> str:
    """The ETag of an object. It changes with the content in every store, as times and sizes may not."""
    found = about.get("ETag") or about.get("etag") or ""
    return str(found).strip('"')
