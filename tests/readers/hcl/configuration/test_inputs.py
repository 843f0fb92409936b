"""The values of input variables: precedence, values given as text, types, defaults and sensitive values.

The expected results were compared with Terraform 1.11.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, Found, call, checked, fails, modes, table, write

TABLE = table("t", "var.mode")
T = "aws_dynamodb_table.t"


# Precedence: each source overrides the sources above it.

LAYERS: dict[str, tuple[str, str]] = {
    "default": ("main.tf", 'variable "mode" { default = "default" }\n' + TABLE),
    "the environment": ("TF_VAR_mode", "the environment"),
    "terraform.tfvars": ("terraform.tfvars", 'mode = "terraform.tfvars"'),
    "terraform.tfvars.json": ("terraform.tfvars.json", '{"mode": "terraform.tfvars.json"}'),
    "a.auto.tfvars.json": ("a.auto.tfvars.json", '{"mode": "a.auto.tfvars.json"}'),
    "b.auto.tfvars": ("b.auto.tfvars", 'mode = "b.auto.tfvars"'),
}


@pytest.mark.parametrize("number", range(len(LAYERS)), ids=LAYERS)
def test_later_source_overrides_earlier_sources(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = dict(list(LAYERS.values())[: number + 1])
    if "TF_VAR_mode" in files:
        monkeypatch.setenv("TF_VAR_mode", files.pop("TF_VAR_mode"))
    assert modes(tmp_path, files) == {T: f'"{list(LAYERS)[number]}"'}


ORDERS = {
    "--var after --var-file": ([("", "x.tfvars"), ("mode", "option")], '"option"'),
    "--var-file after --var": ([("mode", "option"), ("", "x.tfvars")], '"x"'),
    "the last of two --var": ([("mode", "one"), ("mode", "two")], '"two"'),
    "the last of two --var-file": ([("", "y.tfvars"), ("", "x.tfvars")], '"x"'),
}


@pytest.mark.parametrize(("given", "shown"), ORDERS.values(), ids=ORDERS)
def test_last_option_overrides_files_and_earlier_options(given: list[tuple[str, str]], shown: str, tmp_path: Path) -> None:
    files = {**dict(value for key, value in LAYERS.items() if key != "the environment"), "x.tfvars": 'mode = "x"', "y.tfvars": 'mode = "y"'}
    assert modes(tmp_path, files, given=given) == {T: shown}


@pytest.mark.parametrize(
    ("options", "shown"),
    [(("--var", "mode=option", "--var-file=x.tfvars"), "x"), (("--var-file", "x.tfvars", "--var=mode=option"), "option")],
    ids=["--var-file last", "--var last"],
)
def test_command_line_keeps_the_order_of_its_options(options: tuple[str, ...], shown: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "mode" {}\n' + TABLE, "x.tfvars": 'mode = "x"'})
    done = dyncheck(".", "--select", MODE, *options)
    assert (f'found:    billing_mode is "{shown}"\n' in done.stdout.decode(), done.stderr, done.returncode) == (True, b"", 1)


def test_var_file_is_relative_to_the_working_directory(tmp_path: Path) -> None:
    files = {"live/main.tf": 'variable "mode" {}\n' + TABLE, "x.tfvars": 'mode = "here"', "live/x.tfvars": 'mode = "there"'}
    assert modes(tmp_path, files, given=[("", "x.tfvars")], paths=["live"]) == {T: '"here"'}


def test_tfvars_files_set_only_the_root_module_in_their_directory(tmp_path: Path) -> None:
    files = {
        "live/main.tf": 'variable "mode" {}\n' + call("m", "../one") + TABLE,
        "live/terraform.tfvars": 'mode = "root"',
        "one/main.tf": 'variable "mode" { default = "default" }\n' + TABLE,
        "one/terraform.tfvars": 'mode = "module"',
    }
    assert modes(tmp_path, files, paths=["live"]) == {T: '"root"', f"module.m.{T}": '"default"'}


# Null.

NULLS = {
    "null": ("", "not set"),
    "null with a default": ("default = 1", "not set"),
    "null for a variable that is not nullable": ('default = "default"\n  nullable = false', '"default"'),
}


@pytest.mark.parametrize("where", ["in a file", "in a call"])
@pytest.mark.parametrize(("declared", "shown"), NULLS.values(), ids=NULLS)
def test_null_replaces_the_default_only_when_the_variable_is_nullable(declared: str, shown: str, where: str, tmp_path: Path) -> None:
    module = f'variable "mode" {{\n  {declared}\n}}\n' + table("t", 'var.mode == null ? "not set" : var.mode')
    files = {"main.tf": module, "terraform.tfvars": "mode = null"}
    if where == "in a call":
        files = {"main.tf": call("m", "./m", "mode = null"), "m/main.tf": module}
    assert list(modes(tmp_path, files).values()) == ['"not set"' if shown == "not set" else shown]


def test_null_is_refused_when_the_variable_is_not_nullable_and_has_no_default(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "mode" {\n  nullable = false\n}\n' + TABLE, "terraform.tfvars": "\nmode = null"}
    error = "terraform.tfvars:2:1: Invalid value for var.mode: it must not be null"
    assert checked(tmp_path, files, MODE) == Found([(MODE, T, "unknown", f"billing_mode cannot be evaluated: {error}")], [], [f"{error}."])


# Values given as text.

TEXTS = {
    "without a type": ("", "[1]", "[1]"),
    "the word null": ("", "null", "null"),
    "of type string": ("string", "true", "true"),
    "of type number": ("number", "007", "7"),
    "of type bool": ("bool", "true", "true"),
    "of any type": ("any", "[1, 2]", "[1,2]"),
    "a list": ("list(number)", '["1", 2]', "[1,2]"),
    "a map": ("map(string)", '{ a = 1, "b c" = true }', '{"a":"1","b c":"true"}'),
    "an object": ('object({ a = optional(string, "A"), b = number })', "{b=2}", '{"a":"A","b":2}'),
    "null for a list": ("list(string)", "null", "null"),
    "a heredoc": ("list(string)", "[<<E\nx\nE\n]", '["x\\n"]'),
}


@pytest.mark.parametrize("where", ["--var", "environment"])
@pytest.mark.parametrize(("kind", "text", "shown"), TEXTS.values(), ids=TEXTS)
def test_text_is_a_string_or_an_expression_depending_on_the_type(
    kind: str, text: str, shown: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = f'variable "x" {{\n  {f"type = {kind}" if kind else ""}\n}}\n'
    files = {"main.tf": declared + table("t", "try(tostring(var.x), null) == null ? jsonencode(var.x) : tostring(var.x)")}
    if where == "environment":
        monkeypatch.setenv("TF_VAR_x", text)
    shown = shown.replace("\\", "\\\\").replace('"', '\\"')
    assert modes(tmp_path, files, given=[("x", text)] if where == "--var" else []) == {T: f'"{shown}"'}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[1",
            "value for var.x, given by --var:1:1: Unterminated tuple constructor expression. There is no corresponding closing bracket "
            "before the end of the file.",
        ),
        ("x", 'value for var.x, given by --var:1:1: Variables not allowed. The value must be a constant, so it cannot use "x".'),
        (
            "[upper(1)]",
            "value for var.x, given by --var:1:2: Function calls not allowed. The value must be a constant.",
        ),
    ],
    ids=["truncated", "a name", "a call"],
)
def test_text_that_is_not_a_constant_expression_is_refused(text: str, message: str, tmp_path: Path) -> None:
    files = {"main.tf": 'variable "x" { type = list(string) }\n' + table("t", '"X"')}
    assert checked(tmp_path, files, MODE, given=[("x", text)]).errors == [message]


# Types.

TYPES = {
    "a string as a number": ("number", '"0x" == "" ? 0 : "12.50"', "12.5"),
    "a number as a string": ("string", "12.50", '"12.5"'),
    "a string as a bool": ("bool", '"true"', "true"),
    "a bool as a string": ("string", "false", '"false"'),
    "a tuple as a list": ("list(string)", "[1, true]", '["1","true"]'),
    "a list with a duplicate as a set": ("set(string)", '["b", "a", "b"]', '["a","b"]'),
    "a set as a list": ("list(string)", 'toset(["b", "a"])', '["a","b"]'),
    "an object as a map": ("map(string)", "{ b = 1, a = true }", '{"a":"true","b":"1"}'),
    "an object with an extra attribute": ("object({ a = number })", "{ a = 1, b = 2 }", '{"a":1}'),
    "a tuple": ("tuple([string, number])", '[1, "2"]', '["1",2]'),
    "a list of any": ("list(any)", '[1, "a"]', '["1","a"]'),
    "any": ("any", '{ a = 1, b = "c" }', '{"a":1,"b":"c"}'),
    "an optional attribute": ("object({ a = optional(string) })", "{}", '{"a":null}'),
    "the default of an optional attribute": ('object({ a = optional(string, "A") })', "{}", '{"a":"A"}'),
    "the default of a null attribute": ('object({ a = optional(string, "A") })', "{ a = null }", '{"a":"A"}'),
    "a default that is converted": ("object({ a = optional(string, 5) })", "{}", '{"a":"5"}'),
    "defaults inside a default": (
        'object({ a = optional(object({ b = optional(number, 3), c = string }), { c = "C" }) })',
        "{}",
        '{"a":{"b":3,"c":"C"}}',
    ),
    "defaults inside a list": ('list(object({ a = optional(string, "A"), b = number }))', '[{ b = 1 }, { a = "x", b = "2" }]',
                               '[{"a":"A","b":1},{"a":"x","b":2}]'),
    "defaults inside a map": ('map(object({ a = optional(list(string), ["A"]) }))', "{ x = {} }", '{"x":{"a":["A"]}}'),
    "defaults inside a set": ('set(object({ a = optional(string, "A") }))', '[{}, { a = "A" }]', '[{"a":"A"}]'),
    "the syntax of Terraform 0.11": ('"list"', "[1]", "[1]"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "shown"), TYPES.values(), ids=TYPES)
def test_value_is_converted_to_the_type_of_the_variable(kind: str, value: str, shown: str, tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./m", f"x = {value}"),
        "m/main.tf": f'variable "x" {{\n  type = {kind}\n}}\n' + table("t", "jsonencode(var.x)"),
    }
    quoted = shown.replace('"', '\\"')
    assert modes(tmp_path, files) == {f"module.m.{T}": f'"{quoted}"'}


WRONG = {
    "a string for a number": ("number", '"many"', "a number is required."),
    "a list for an object": ("object({ a = string })", "[]", "an object is required."),
    "a missing attribute": ("object({ a = string })", "{ b = 1 }", 'missing attribute "a".'),
    "an item of the wrong type": ("list(number)", '["1", "x"]', "element 1: a number is required."),
    "an invalid bool": ("bool", '"yes"', "a bool is required."),
    "a string for a list": ("list(string)", '"a"', "a list of string is required."),
}


@pytest.mark.parametrize(("kind", "value", "why"), WRONG.values(), ids=WRONG)
def test_value_of_the_wrong_type_is_refused_when_the_variable_is_unused(kind: str, value: str, why: str, tmp_path: Path) -> None:
    files = {"main.tf": f'variable "x" {{\n  type = {kind}\n}}\n' + table("t", '"X"'), "terraform.tfvars": f"# Values.\nx = {value}\n"}
    error = f"terraform.tfvars:2:1: Invalid value for var.x: {why}"
    assert checked(tmp_path, files, MODE) == Found([fails(T, '"X"')], [], [error])


@pytest.mark.parametrize(("kind", "value", "why"), WRONG.values(), ids=WRONG)
def test_argument_of_the_wrong_type_is_refused_when_the_variable_is_unused(kind: str, value: str, why: str, tmp_path: Path) -> None:
    files = {"main.tf": call("m", "./m", f"x = {value}") + table("t", '"X"'), "m/main.tf": f'variable "x" {{\n  type = {kind}\n}}\n'}
    error = f"main.tf:3:7: Invalid value for var.x: {why}"
    assert checked(tmp_path, files, MODE) == Found([fails(T, '"X"')], [], [error])


DECLARATIONS = {
    "a type that does not exist": (
        "type = list(strng)",
        "main.tf:2:15: Invalid type; expected string, number, bool, any, list(...), set(...), map(...), object({...}) or tuple([...]).",
    ),
    "a type in quotes": ('type = "list(string)"', "main.tf:2:10: Invalid quoted type constraint. Remove the quotes."),
    "a default of the wrong type": (
        'type = number\n  default = "x"',
        "main.tf:3:13: Invalid default value for variable: a number is required.",
    ),
    "a default with a reference": (
        "default = local.x",
        'main.tf:2:13: Variables not allowed. The value must be a constant, so it cannot use "local".',
    ),
    "a default that calls a function": (
        'default = upper("x")',
        "main.tf:2:13: Function calls not allowed. The value must be a constant.",
    ),
    "a default of the wrong type inside the type": (
        'type = object({ a = optional(number, "x") })\n  default = {}',
        "main.tf:2:40: Invalid default value for optional attribute: a number is required.",
    ),
}


@pytest.mark.parametrize("where", ["in the root", "in a module"])
@pytest.mark.parametrize(("declared", "error"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_invalid_declaration_is_refused_when_the_variable_is_unused(declared: str, error: str, where: str, tmp_path: Path) -> None:
    text = f'variable "x" {{\n  {declared}\n}}\n'
    files = {"main.tf": text + table("t", '"X"')}
    if where == "in a module":
        files = {"main.tf": call("m", "./m", "x = null") + table("t", '"X"'), "m/main.tf": text}
        error = f"m/{error}"
    found = checked(tmp_path, files, MODE)
    assert (found.rows, found.errors) == ([fails(T, '"X"')], [error])


# Variables without a value, and values without a variable.


def test_argument_is_unknown_when_its_variable_has_no_value(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "mode" {}\nvariable "other" {}\n' + TABLE + table("u", '"U"')}
    assert checked(tmp_path, files, MODE) == Found(
        [(MODE, T, "unknown", "billing_mode waits for var.mode (no value is given)"), fails("aws_dynamodb_table.u", '"U"')],
        ["mode, other have no value, so what depends on it is unknown. Set it with --var or --var-file."],
        [],
    )


def test_values_for_undeclared_variables_are_ignored_with_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_nowhere", "1")
    files = {
        "main.tf": 'variable "mode" {}\n' + TABLE,
        "terraform.tfvars": 'mode = "X"\n\nmodel = "Y"\n',
        "x.auto.tfvars.json": '{\n  "other": {"a": [1]}\n}',
    }
    assert checked(tmp_path, files, MODE) == Found(
        [fails(T, '"X"')],
        [
            "terraform.tfvars:3: Terraform ignores the value for model, an undeclared variable.",
            "x.auto.tfvars.json:2: Terraform ignores the value for other, an undeclared variable.",
        ],
        [],
    )


def test_var_option_for_an_undeclared_variable_is_refused(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": 'variable "mode" {}\n' + TABLE, "b/main.tf": 'variable "other" { default = 1 }\n'})
    done = dyncheck(".", "--var", "mod=X")
    assert (done.stdout, done.stderr, done.returncode) == (
        b"",
        b"dyncheck: --var sets the variable mod, which no module declares. Did you mean 'mode'?\n",
        2,
    )
    assert dyncheck(".", "--var", "other=2", "--allow-empty").returncode == 1


@pytest.mark.parametrize(
    ("option", "why"), [("mode", "Invalid --var mode; expected NAME=VALUE."), ("=x", "Invalid --var =x; expected NAME=VALUE.")]
)
def test_var_option_without_a_name_or_a_value_is_refused(option: str, why: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "mode" {}\n' + TABLE})
    done = dyncheck(".", "--var", option)
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {why} See `dyncheck check --help`.\n", 2)


# The built-in name `path`, and local values.


def test_paths_have_their_values(tmp_path: Path) -> None:
    files = {
        "live/main.tf": call("m", "../modules/one") + table("t", '"${path.root}|${path.module}"'),
        "modules/one/main.tf": table("t", '"${path.root}|${path.module}"'),
    }
    assert modes(tmp_path, files) == {T: '".|."', f"module.m.{T}": '".|../modules/one"'}


def test_path_cwd_is_unknown(tmp_path: Path) -> None:
    assert modes(tmp_path, {"main.tf": table("t", "path.cwd")}) == {T: "waits for path.cwd, which differs by machine"}


def test_locals_may_refer_to_each_other_in_any_order_and_file(tmp_path: Path) -> None:
    files = {
        "a.tf": 'locals {\n  x = "${local.y}1"\n}\n' + table("t", "local.x"),
        "b.tf": 'locals {\n  y = local.z.a\n  z = { a = "Z" }\n}\n',
    }
    assert modes(tmp_path, files) == {T: '"Z1"'}


# Sensitive values.

SECRET = "hunter2"


@pytest.mark.parametrize("mark", ["sensitive", "ephemeral"])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_sensitive_value_is_never_printed(mark: str, format_: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    text = f"""\
variable "secret" {{
  {mark}    = true
  validation {{
    condition     = var.secret == ""
    error_message = "It is ${{var.secret}}."
  }}
}}
locals {{
  inside = {{ a = [var.secret], (var.secret) = 1 }}
}}
module "m" {{
  source = "./m"
  number = var.secret
}}
resource "aws_dynamodb_table" "sessions" {{
  name         = "${{var.secret}}-sessions"
  billing_mode = local.inside.a[0]
  table_class  = "${{upper(var.secret)}}"
  hash_key     = {{ a = 1 }}[var.secret]
  tags         = {{ Name = var.secret, (var.secret) = var.secret, Type = jsondecode(var.secret) }}
  ttl {{
    enabled        = var.secret
    attribute_name = var.secret
  }}
  attribute {{
    name = var.secret
    type = var.secret
  }}
  dynamic "global_secondary_index" {{
    for_each = local.inside
    content {{
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value
      projection_type = var.secret
    }}
  }}
}}
resource "aws_dynamodb_table" "each" {{
  for_each = local.inside
  name     = each.key
}}
resource "aws_dynamodb_table" "count" {{
  count = var.secret
}}
resource "aws_cloudwatch_metric_alarm" "alarm" {{
  alarm_name         = var.secret
  metric_name        = var.secret
  namespace          = "AWS/DynamoDB"
  evaluation_periods = var.secret
  dimensions         = {{ TableName = aws_dynamodb_table.sessions.name, (var.secret) = var.secret }}
}}
"""
    write(tmp_path, {"main.tf": text, "m/main.tf": 'variable "number" {\n  type = number\n}\n' + table("t", "var.number")})
    done = dyncheck(".", "--format", format_, "-v", "--var", f"secret={SECRET}", "--require", "sessions")
    printed = (done.stdout + done.stderr).decode()
    assert "violated-condition" in printed
    assert SECRET not in printed.lower()
    assert "This is a bug" not in printed
    assert "crashed" not in printed


def test_value_of_a_sensitive_output_is_not_printed(tmp_path: Path) -> None:
    files = {
        "main.tf": call("m", "./m") + table("t", "module.m.secret"),
        "m/main.tf": f'output "secret" {{\n  value     = "{SECRET}"\n  sensitive = true\n}}\n',
    }
    assert checked(tmp_path, files, MODE).rows == [fails(T, "(sensitive)")]


# Values that are not UTF-8.


@pytest.mark.parametrize("where", ["--var", "TF_VAR_mode"])
def test_invalid_utf_8_is_replaced(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [("mode", "a\udcff")] if where == "--var" else []
    if not given:
        monkeypatch.setenv(where, "a\udcff")
    assert modes(tmp_path, {"main.tf": 'variable "mode" { default = "" }\n' + TABLE}, given=given) == {T: '"a\ufffd"'}
