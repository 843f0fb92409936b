"""What is certain of a value that exists only after apply: the items of a list, and the document in a text of JSON."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from msgspec.structs import replace

from dyncheck.model import Deferred
from dyncheck.model.sensitive import concealed
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.pieces import pieces_of
from dyncheck.readers.hcl.evaluation import Scope, evaluate
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.values import Value, causes_of, is_wholly_known, plain
from dyncheck.readers.references import MAXIMUM_DEPTH, reference_of

# Stands for an unknown part of a text: no text of Terraform has this character, which is a half of a pair.
_MARK = "\udc00"


def parts_of(expression: Expression, scope: Scope, module: ModuleInstance, depth: int = 0) -> Any:
    """Lists and maps with a `Deferred` for each part that is unknown; of a text of JSON, its document. None where nothing is certain.

    Raises `LocatedError` where Terraform refuses the expression.
    """
    if depth >= MAXIMUM_DEPTH:
        return None
    if isinstance(expression, nodes.Call) and expression.name == "jsonencode" and len(expression.arguments) == 1:
        return _plain(evaluate(expression.arguments[0], scope))
    if isinstance(expression, nodes.Template):
        return _document(expression, scope)
    if isinstance(expression, nodes.ObjectExpression):
        return _entries(expression, scope, module)
    if isinstance(expression, nodes.Call) and expression.name == "merge" and not expression.expanded:
        merged = [parts_of(each, scope, module, depth + 1) for each in expression.arguments]
        return dict(chain.from_iterable(each.items() for each in merged)) if all(isinstance(each, dict) for each in merged) else None
    if isinstance(expression, nodes.Conditional):
        condition = evaluate(expression.condition, scope)
        if condition.is_pending:
            return None
        return parts_of(expression.then if condition.content is True else expression.otherwise, scope, module, depth + 1)
    if isinstance(expression, nodes.Attribute) and isinstance(expression.of, nodes.Name):
        local = module.module.locals.get(expression.name) if expression.of.name == "local" else None
        if local:
            return parts_of(local.expression, module, module, depth + 1)
        given = module.call.arguments.get(expression.name) if module.call and expression.of.name == "var" else None
        if given and module.parent:
            return parts_of(given.expression, module.call_scope, module.parent, depth + 1)
    policy = _policy_document(expression, module)
    if policy is not None:
        return policy
    value = evaluate(expression, scope)
    return _plain(value) if isinstance(value.content, tuple | dict) else None


def _entries(expression: nodes.ObjectExpression, scope: Scope, module: ModuleInstance) -> dict[str, Any] | None:
    """The entries of an object, each unknown one with the pieces of its text; None where a key is not known."""
    found: dict[str, Any] = {}
    for name, item in expression.items:
        key, value = evaluate(name, scope), evaluate(item, scope)
        if not isinstance(key.content, str):
            return None
        found[key.content] = _plain(value)
        if value.is_pending:
            found[key.content] = replace(found[key.content], pieces=pieces_of(item, module, scope))
    return found


def _policy_document(expression: Expression, module: ModuleInstance) -> Any:
    """The document that `data.aws_iam_policy_document.NAME.json` has."""
    match expression:
        case nodes.Attribute(
            name="json",
            of=nodes.Attribute(name=name, of=nodes.Attribute(name="aws_iam_policy_document" as kind, of=nodes.Name(name="data"))),
        ):
            block = module.module.block("data", kind, name)
        case _:
            return None
    if block is None or block.body.arguments.keys() - {"version", "policy_id", "provider"} or any(block.body.of_type("dynamic")):
        return None
    return {"Statement": [_statement(statement, module) for statement in block.body.of_type("statement")]}


def _statement(block: nodes.BlockNode, scope: Scope) -> dict[str, Any]:
    """A statement of a policy, as the provider makes it of a block."""

    def argument(body: nodes.Body, name: str) -> Any:
        return _plain(evaluate(body.arguments[name].expression, scope)) if name in body.arguments else None

    found: dict[str, Any] = {"Effect": argument(block.body, "effect") or "Allow"}
    for name, member in (("actions", "Action"), ("not_actions", "NotAction")):
        if name in block.body.arguments:
            found[member] = argument(block.body, name)
    for name, member in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        for inner in block.body.of_type(name):
            kind, identifiers = argument(inner.body, "type"), argument(inner.body, "identifiers")
            if not isinstance(kind, str):
                found["NotPrincipal"] = kind
            elif kind == "*":
                found[member] = "*"
            elif isinstance(of := found.setdefault(member, {}), dict):
                of.setdefault(kind, []).extend(identifiers if isinstance(identifiers, list) else [identifiers])
    for inner in block.body.of_type("condition"):
        test, variable = argument(inner.body, "test"), argument(inner.body, "variable")
        found.setdefault("Condition", {}).setdefault(str(test), {})[str(variable)] = argument(inner.body, "values")
    if any(block.body.of_type("dynamic")):
        # What a dynamic block adds is not evaluated.
        found["NotPrincipal"] = Deferred()
    return found


def _plain(value: Value) -> Any:
    if value.is_pending or isinstance(value.type, types.Resource):
        return Deferred(tuple(map(reference_of, causes_of(value))))
    if isinstance(value.content, tuple):
        return [_plain(item) for item in value.content]
    if isinstance(value.content, dict):
        return {name: _plain(item) for name, item in value.content.items()}
    found = plain(value) if is_wholly_known(value) else None
    return concealed(found) if value.sensitive else found


def _document(template: nodes.Template, scope: Scope) -> Any:
    """The document in a template of JSON. Its unknown parts stand in texts."""
    text = ""
    unknown: list[Value] = []
    for part in template.parts:
        if isinstance(part, nodes.TemplateIf | nodes.TemplateFor):
            return None
        value = evaluate(part, scope)
        if value.is_pending:
            text += f"{_MARK}{len(unknown)}{_MARK}"
            unknown.append(value)
        elif isinstance(value.content, str):
            text += value.content
        else:
            return None
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return _unmarked(document, unknown)


def _unmarked(found: Any, unknown: list[Value]) -> Any:
    if isinstance(found, str) and _MARK in found:
        numbers = found.split(_MARK)[1::2]
        return Deferred(tuple(reference_of(cause) for number in numbers for cause in causes_of(unknown[int(number)])))
    if isinstance(found, list):
        return [_unmarked(item, unknown) for item in found]
    if isinstance(found, dict):
        return {name: _unmarked(item, unknown) for name, item in found.items()}
    return found
