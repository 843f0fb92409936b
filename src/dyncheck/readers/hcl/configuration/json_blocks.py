"""Which names are blocks in Terraform's JSON syntax, and which strings are not templates.

Sources: https://developer.hashicorp.com/terraform/language/syntax/json and `terraform providers schema -json` of hashicorp/aws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyncheck.readers.hcl.language.json_syntax import BlockSchema, BodySchema, Texts, parse_json_body
from dyncheck.readers.hcl.language.nodes import Body
from dyncheck.readers.shapes import SHAPES

_Blocks = Mapping[str, BlockSchema]


def parse_json_configuration(data: bytes, file: str) -> Body:
    """The body of a `.tf.json` file. Raises `SyntaxFault`."""
    return parse_json_body(data, file, _CONFIGURATION)


def parse_json_values(data: bytes, file: str) -> Body:
    """The body of a `.tfvars.json` file, whose strings are not templates. Raises `SyntaxFault`."""
    return parse_json_body(data, file, _PLAIN, may_be_list=False)


def _plain(*names: str) -> dict[str, Texts]:
    return dict.fromkeys(names, Texts.PLAIN)


def _references(*names: str) -> dict[str, Texts]:
    return dict.fromkeys(names, Texts.EXPRESSION)


def _simple(*names: str) -> dict[str, BlockSchema]:
    return dict.fromkeys(names, BlockSchema())


def _with_dynamic(blocks: _Blocks) -> dict[str, BlockSchema]:
    """Blocks, and the `dynamic` blocks that make them."""
    made = {name: BodySchema({"content": block}, _references("iterator")) for name, block in blocks.items()}
    return {**blocks, "dynamic": BlockSchema(("type",), by_label=made)}


def _nested(shape: Mapping[str, Any]) -> dict[str, BlockSchema]:
    """The blocks of a shape, with the blocks in them."""
    inner = {name: _nested(kind) for name, kind in shape.items() if isinstance(kind, Mapping)}
    return {name: BlockSchema(body=BodySchema(_with_dynamic(blocks) if blocks else {})) for name, blocks in inner.items()}


def _resource(blocks: _Blocks) -> BodySchema:
    escape = {"_": BlockSchema(body=BodySchema(_with_dynamic(blocks)))}
    return BodySchema({**_META, **_with_dynamic(blocks), **escape}, _references("depends_on", "provider"))


_PLAIN = BodySchema(other_texts=Texts.PLAIN)
_CONNECTION = BlockSchema()
_PROVISIONER = BlockSchema(("type",), BodySchema({"connection": _CONNECTION}))
_LIFECYCLE = BlockSchema(
    body=BodySchema(
        {"precondition": BlockSchema(), "postcondition": BlockSchema()},
        _plain("ignore_changes") | _references("replace_triggered_by"),
    )
)
# The blocks that every resource may have.
_META = {"connection": _CONNECTION, "lifecycle": _LIFECYCLE, "provisioner": _PROVISIONER}

# Blocks that no rule reads.
_UNREAD = _simple("actions_suppressor", "timeouts", "warm_throughput")
_RESOURCES = {kind: _resource({**_nested(shape), **_UNREAD}) for kind, shape in SHAPES.items()}
# dyncheck does not know the blocks of other types. It reads all of them as arguments, which makes no difference.
_OTHER_RESOURCE = BodySchema(_META, _references("depends_on", "provider"))
_DATA = BlockSchema(("type", "name"), _OTHER_RESOURCE)

_PROVIDER = BodySchema(
    _with_dynamic(_simple("assume_role", "assume_role_with_web_identity", "default_tags", "endpoints", "ignore_tags")),
    _plain("alias", "version"),
)
_TERRAFORM = BodySchema(
    {
        "backend": BlockSchema(("type",), _PLAIN),
        "cloud": BlockSchema(body=BodySchema({"workspaces": BlockSchema(body=_PLAIN)}, other_texts=Texts.PLAIN)),
        "provider_meta": BlockSchema(("provider",), _PLAIN),
        "required_providers": BlockSchema(body=_PLAIN),
    },
    other_texts=Texts.PLAIN,
)
_VARIABLE = BodySchema({"validation": BlockSchema()}, _references("type"), Texts.PLAIN)

_CONFIGURATION = BodySchema(
    {
        "action": BlockSchema(("type", "name"), BodySchema({"config": BlockSchema()}, _references("provider"))),
        "check": BlockSchema(("name",), BodySchema({"assert": BlockSchema(), "data": _DATA})),
        "data": _DATA,
        "ephemeral": _DATA,
        "import": BlockSchema(body=BodySchema(texts=_references("to", "provider"))),
        "locals": BlockSchema(),
        "module": BlockSchema(("name",), BodySchema({"_": BlockSchema()}, _plain("version") | _references("providers", "depends_on"))),
        "moved": BlockSchema(body=BodySchema(texts=_references("from", "to"))),
        "output": BlockSchema(
            ("name",), BodySchema({"precondition": BlockSchema()}, _plain("description") | _references("depends_on", "type"))
        ),
        "provider": BlockSchema(("name",), _PROVIDER),
        "removed": BlockSchema(body=BodySchema({"lifecycle": _LIFECYCLE, "provisioner": _PROVISIONER}, _references("from"))),
        "resource": BlockSchema(("type", "name"), _OTHER_RESOURCE, _RESOURCES),
        "terraform": BlockSchema(body=_TERRAFORM),
        "variable": BlockSchema(("name",), _VARIABLE),
    }
)
