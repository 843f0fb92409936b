"""Reads a data model file of the DynamoDB MCP server, in either of its forms.

Source: https://github.com/awslabs/mcp/tree/main/src/dynamodb-mcp-server, prompts/json_generation_guide.md and
prompts/dynamodb_schema_generator.md
"""

from __future__ import annotations

from typing import Any

from dyncheck.data_model import schema_form
from dyncheck.data_model.commands import read_command, sent_by
from dyncheck.data_model.document import Document, mapping, sequence, text
from dyncheck.data_model.structure import DataModel, ModelItem, ModelTable, Remark, Request, Unreadable, Where
from dyncheck.data_model.tables import read_table
from dyncheck.errors import InputError
from dyncheck.files import contents

# Files that a program writes for people are smaller.
MOST_BYTES = 50_000_000

_KEYS = ("tables", "items", "access_patterns")


def read(path: str) -> DataModel:
    """The data model in a file. Raises `InputError` when it is not one, and `SyntaxFault` when it is not JSON."""
    try:
        data = contents(path, MOST_BYTES)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", kind="unreadable") from None
    return read_data(data, path)


def read_data(data: bytes, path: str) -> DataModel:
    """The data model in the bytes of a file. Raises as `read` does."""
    document = Document(data, path)
    value = document.value
    tables = value.get("tables") if isinstance(value, dict) else None
    if not isinstance(tables, list) or not tables:
        why = "it has no array `tables` with at least one table"
        raise InputError(f"{path} is not a data model of the DynamoDB MCP server: {why}.", kind="invalid")
    if any(isinstance(table, dict) and "table_config" in table for table in tables):
        return schema_form.read(value, path, document)
    return _Reader(path, document).read(value)


class _Reader:
    """Reads the form with requests to create tables, items and commands. Collects what is wrong and what cannot be read."""

    def __init__(self, path: str, document: Document) -> None:
        self.path, self.document = path, document
        self.tables: list[ModelTable] = []
        self.items: list[ModelItem] = []
        self.requests: list[Request] = []
        self.problems: list[Remark] = []
        self.unread: list[Remark] = list(document.duplicates)
        self.skipped: list[Remark] = []

    def read(self, value: dict[str, Any]) -> DataModel:
        for position, table in enumerate(value["tables"]):
            self._each(("tables", position), table, self._table)
        items = value.get("items", {})
        self._each(("items",), items, self._all_items)
        self._each(("access_patterns",), value.get("access_patterns", []), self._patterns)
        found = (tuple(self.tables), tuple(self.items), tuple(self.requests), tuple(self.problems), tuple(self.unread))
        missing = tuple(key for key in _KEYS if key not in value)
        return DataModel(self.path, self.document.lines, *found, tuple(self.skipped), missing)

    def _each(self, where: Where, value: object, read: Any) -> None:
        try:
            read(value, where)
        except Unreadable as reason:
            self.unread.append(reason.remark)

    def _table(self, value: object, where: Where) -> None:
        table = read_table(value, where, self.problems)
        if any(each.name == table.name for each in self.tables):
            self.problems.append(Remark((*where, "TableName"), f'is "{table.name}", as that of another table'))
            return
        self.tables.append(table)

    def _all_items(self, value: object, where: Where) -> None:
        for table, writes in mapping(value, where).items():
            for position, write in enumerate(sequence(writes, (*where, table))):
                at = (*where, table, position)
                self._each(at, write, lambda value, where, table=table: self._item(value, where, table))

    def _item(self, value: object, where: Where, table: str) -> None:
        put = mapping(value, where).get("PutRequest")
        at = (*where, "PutRequest")
        self.items.append(ModelItem((*at, "Item"), table, mapping(mapping(put, at).get("Item"), (*at, "Item"))))

    def _patterns(self, value: object, where: Where) -> None:
        for position, pattern in enumerate(sequence(value, where)):
            self._each((*where, position), pattern, self._pattern)

    def _pattern(self, value: object, where: Where) -> None:
        entry = mapping(value, where)
        number = text(entry.get("pattern"), (*where, "pattern"))
        description = entry.get("description")
        label = f"{number} ({description})" if isinstance(description, str) and description else number
        if "implementation" not in entry:
            self._without_command(entry, where)
            return
        at = (*where, "implementation")
        command = read_command(text(entry["implementation"], at), at)
        sent = sent_by(command, description if isinstance(description, str) and description else f"pattern {number}", label, at)
        self.problems += sent.problems
        self.problems += self._contradictions(entry, where, command.operation, sent.requests)
        self.requests += sent.requests
        self.items += sent.items

    def _without_command(self, entry: dict[str, Any], where: Where) -> None:
        reason = entry.get("reason")
        if isinstance(reason, str) and reason and "dynamodb_operation" not in entry:
            self.skipped.append(Remark(where, reason))
            return
        raise Unreadable(where, "has no implementation, so its request is not known")

    def _contradictions(self, entry: dict[str, Any], where: Where, operation: str, requests: tuple[Request, ...]) -> list[Remark]:
        """Where the entry says something else than its command."""
        found: list[tuple[str, str | None]] = [("dynamodb_operation", operation)]
        if len(requests) == 1:
            found += [("table", requests[0].table), ("index", requests[0].pattern.index)]
        return [
            Remark((*where, key), f'is "{entry[key]}", and the command has {actual or "none"}')
            for key, actual in found
            if key in entry and entry[key] != actual
        ]
