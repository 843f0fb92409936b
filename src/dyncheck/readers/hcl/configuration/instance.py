"""A module instance: the values of the names in it, each evaluated once and when it is first used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.types import TABLE
from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.calls import ModuleCall, is_local, mismatches, missing_argument, source_of
from dyncheck.readers.hcl.configuration.expansion import Expansion, Instance, expand
from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.configuration.resources import DeferredNamespace, Namespace, ResourceInstance
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.undeclared import out_of_place, undeclared
from dyncheck.readers.hcl.configuration.variables import Variable, evaluate_given, value_of
from dyncheck.readers.hcl.evaluation import LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.constraints import apply, read_constraint
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import BlockNode
from dyncheck.readers.hcl.language.problems import StaticError
from dyncheck.readers.hcl.language.types import ANY
from dyncheck.readers.hcl.language.values import NULL, EvaluationError, Value, causes_of, object_of, originating, pending, string, tuple_of


class ModuleInstance:
    """One instance of a module: the root module, or what one instance of a call makes.

    `address` is that of the instance (`module.db["a"]`, empty for the root), `path` the names of the calls that lead to it.
    The call gives its variables their values, which are evaluated in `call_scope`; the root module is `given` them.
    `waits_for` says why the number of its instances is unknown; None when it is known. `may_repeat` says that there may be
    more than one then.
    """

    is_constant = False

    def __init__(
        self,
        session: Session,
        module: Module,
        *,
        parent: ModuleInstance | None = None,
        call: ModuleCall | None = None,
        instance: Instance | None = None,
        given: Mapping[str, Given] = {},
        waits_for: tuple[str, ...] | None = None,
        may_repeat: bool = False,
    ) -> None:
        self.session = session
        self.module = module
        self.parent = parent
        self.call = call
        self.given = given
        self.waits_for = waits_for
        self.may_repeat = may_repeat
        self.call_scope: Scope = instance.scope if instance else session.constants
        self.address = parent.inner_address(f"module.{call.name}{instance.key if instance else ''}") if parent and call else ""
        self.path: tuple[str, ...] = (*parent.path, call.name) if parent and call else ()
        # Of this module and those around it.
        self._directories: tuple[str, ...] = (*(parent._directories if parent else ()), module.directory)
        self.budget = session.budget
        self.context = session.context
        self._memory: dict[tuple[str, ...], Value | LocatedError | None] = {}
        self._memory_as_planned: dict[tuple[str, ...], Value | LocatedError | None] = {}
        # The names among them whose values depend on the workspace.
        self._of_workspace: set[tuple[str, ...]] = set()
        self._expansions: dict[tuple[str, ...], Expansion | LocatedError] = {}
        self._children: dict[str, Children] = {}
        self._names: dict[str, Value] = {}

    def inner_address(self, local: str) -> str:
        """The whole address of something in this module."""
        return f"{self.address}.{local}" if self.address else local

    def lookup(self, name: str) -> Value | None:
        """The value of the first word of a reference."""
        if name not in self._names:
            self._names[name] = self._namespace(name)
        return self._names[name]

    def _namespace(self, name: str) -> Value:
        directory = self.session.directory
        if name == "path":
            recorded = self.call.path if self.call else ""
            module = recorded or os.path.relpath(self.module.directory, directory).replace(os.sep, "/")
            cwd = pending(types.STRING, "path.cwd, which differs by machine")
            return object_of({"module": string(module), "root": string("."), "cwd": cwd})
        if name in ("terraform", "tofu"):
            return Value(types.Resource(name), Namespace(name, self._of_terraform, is_prefix=True))
        if name in ("each", "count", "self"):
            raise StaticError(out_of_place(name))
        read: Mapping[str, Callable[[str], Value]] = {
            "var": self.variable,
            "local": self.local_value,
            "module": self._called,
            "data": partial(self._deferred, "data"),
            "ephemeral": partial(self._deferred, "ephemeral"),
            "resource": lambda kind: Value(types.Resource(kind), Namespace(kind, partial(self._resource, kind), is_prefix=True)),
        }
        return Value(types.Resource(name), Namespace(name, read.get(name) or partial(self._resource, name), is_prefix=True))

    def _of_terraform(self, name: str) -> Value:
        if name == "applying":
            return pending(types.BOOL, "terraform.applying")
        if name != "workspace":
            raise StaticError(f'Invalid "terraform" attribute. There is no "{name}", only "workspace" and "applying".')
        self.session.reads_workspace = True
        selected = self.session.workspace.name
        return string(selected) if selected else pending(types.STRING, "terraform.workspace")

    def variable(self, name: str) -> Value:
        """The value of a variable. Raises `EvaluationError` when it is not declared, or its given value does not fit."""
        return self.once(("var", name), lambda: self._variable(name))

    def _variable(self, name: str) -> Value:
        variable = self.declared(self._block("variable", name))
        if self.call is None:
            given = self.given.get(name)
            value = None if given is None else evaluate_given(variable, given, self.session.constants)
            how = f", given {given.source}," if given and not given.span else ""
            found = value_of(variable, value, given.span if given else None, how)
            return originating(found, f"var.{name}") if found.is_pending else found
        argument = self.call.arguments.get(name)
        if argument is not None:
            return self.session.fitted(variable, evaluate(argument.expression, self.call_scope), argument.expression.span)
        if variable.default is None:
            raise missing_argument(name, self.call.block)
        return value_of(variable, None, None)

    def _block(self, kind: str, *labels: str) -> BlockNode:
        """The block that a reference leads to. Raises `EvaluationError` when it is not declared."""
        block = self.module.block(kind, *labels)
        if block is None:
            # An output is an attribute of the value of its module.
            raise (EvaluationError if kind == "output" else StaticError)(undeclared(kind, *labels))
        return block

    def declared(self, block: BlockNode) -> Variable:
        """The variable that a block declares."""
        return self.session.modules.variable(block, self.session.constants)

    def local_value(self, name: str) -> Value:
        """A local value. Raises `EvaluationError` when it is not declared."""
        argument = self.module.locals.get(name)
        if argument is None:
            raise StaticError(undeclared("local value", name))
        return self.once(("local", name), lambda: evaluate(argument.expression, self))

    def output(self, name: str) -> Value:
        """The value of an output. Raises `EvaluationError` when it is not declared."""
        block = self._block("output", name)

        def read() -> Value:
            value = block.body.arguments.get("value")
            if value is None:
                raise missing_argument("value", block)
            flag = block.body.arguments.get("sensitive")
            is_sensitive = flag is not None and evaluate(flag.expression, self.session.constants).content is True
            found = evaluate(value.expression, self).marked(is_sensitive)
            kind = block.body.arguments.get("type")
            if kind is None:
                return found
            constraint = read_constraint(kind.expression, lambda default: evaluate(default, self.session.constants))
            try:
                return apply(found, constraint)
            except EvaluationError as problem:
                raise LocatedError(f"Invalid value for output.{name}: {problem}.", value.expression.span) from None

        return self.once(("output", name), read)

    def _called(self, name: str) -> Value:
        self._block("module", name)
        children = self.children(name)
        if children.call.module is None:
            return pending(ANY, f"module.{name}, which is not available")
        values = [Value(types.Resource("module"), Namespace(f"module.{name}", child.output)) for child in children.instances]
        return _by_expansion(children.expansion, values)

    def children(self, name: str) -> Children:
        """The instances that a call makes. Raises `LocatedError` when its count, for_each or source is invalid."""
        if name not in self._children:
            block = self._block("module", name)
            source = self._source(block)
            try:
                if isinstance(source, str):
                    call = self.session.modules.call(block, source, (*self.path, name), self.module, self.session.directory)
                else:
                    call = replace(ModuleCall.of(block), waits_for=", ".join(causes_of(source)))
            except InputError as error:
                # The module counts as not available, and the run reports its errors.
                self.session.problems.update(dict.fromkeys(error.problems))
                call = ModuleCall.of(block)
            self._children[name] = self._read_children(call)
        return self._children[name]

    def _source(self, block: BlockNode) -> str | Value:
        """The source of a call, or the unknown value that it has. Only OpenTofu, and Terraform from 1.15 on, allow expressions.

        Source: https://opentofu.org/docs/language/modules/sources/
        """
        found = source_of(block)
        if found:
            return found[0]
        argument = block.body.arguments.get("source")
        if argument is None:
            raise missing_argument("source", block)
        value = evaluate(argument.expression, self)
        if value.is_pending:
            return value
        if value.type != types.STRING or not isinstance(value.content, str):
            raise LocatedError("Invalid module source. It must be a text that is known without a plan.", argument.expression.span)
        return value.content

    def called_directory(self, block: BlockNode) -> str | None:
        """The local directory that a call leads to; None where it is elsewhere or not known."""
        try:
            with self.session.evaluating(block.header):
                source = self._source(block)
        except EvaluationError:
            return None
        return source if isinstance(source, str) and is_local(source) else None

    def _read_children(self, call: ModuleCall) -> Children:
        module = call.module
        if module and module.directory in self._directories:
            raise LocatedError(f"Module cycle: module.{call.name} calls a module that contains it.", call.source_span)
        expansion = self.expansion(call.block)
        if module is None:
            return Children(call, expansion, ())
        waits_for, may_repeat = self._waits_for(expansion), self.may_repeat or expansion.may_repeat
        make = partial(ModuleInstance, self.session, module, parent=self, call=call, waits_for=waits_for, may_repeat=may_repeat)
        return Children(call, expansion, tuple(make(instance=instance) for instance in expansion.instances))

    def expansion(self, block: BlockNode) -> Expansion:
        """The instances of a resource or call block of this module. Raises `LocatedError`."""
        key = (block.type, *block.labels)
        if key not in self._expansions:
            before, self.session.reads_workspace = self.session.reads_workspace, False
            try:
                with self.session.evaluating(block.header):
                    found = expand(block.body, self)
                self.session.add_instances(len(found.instances), block.header)
                self._expansions[key] = found
            except LocatedError as problem:
                self._expansions[key] = problem
            if self.session.reads_workspace:
                self._of_workspace.add(key)
            self.session.reads_workspace |= before
        elif key in self._of_workspace:
            self.session.reads_workspace = True
        known = self._expansions[key]
        if isinstance(known, LocatedError):
            raise known
        return known

    def _waits_for(self, expansion: Expansion) -> tuple[str, ...] | None:
        return self.waits_for if expansion.waits_for is None else expansion.waits_for

    def instances(self, block: BlockNode) -> tuple[ResourceInstance[ModuleInstance], ...]:
        """The instances of a resource block. Raises `LocatedError` when its count or for_each is invalid."""
        expansion = self.expansion(block)
        make = partial(
            ResourceInstance, self, block, waits_for=self._waits_for(expansion), may_repeat=self.may_repeat or expansion.may_repeat
        )
        return tuple(make(instance.key, instance.scope) for instance in expansion.instances)

    def _resource(self, kind: str, name: str) -> Value:
        def read() -> Value:
            block = self._block("resource", kind, name)
            return _by_expansion(self.expansion(block), [instance.as_value() for instance in self.instances(block)])

        return self.once(("resource", kind, name), read)

    def _deferred(self, mode: str, kind: str) -> Value:
        """Data sources and ephemeral resources: only the provider knows their values."""

        def read(name: str) -> Value:
            block = self._block(mode, kind, name)
            address = self.inner_address(f"{mode}.{kind}.{name}")
            return Value(types.Resource(kind), DeferredNamespace(address, partial(self._asked_for, block)))

        return Value(types.Resource(mode), Namespace(f"{mode}.{kind}", read))

    def _asked_for(self, block: BlockNode, attribute: str) -> Value | None:
        """The name of a table that a data source asks for by its name, which is also its id; None where it is not known.

        Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/dynamodb_table
        """
        argument = block.body.arguments.get("name")
        if block.type != "data" or block.labels[0] != TABLE or attribute not in ("name", "id") or argument is None:
            return None
        try:
            name = self.once(("data", *block.labels), lambda: convert(evaluate(argument.expression, self), types.STRING))
        except EvaluationError:
            # It may differ between the instances.
            return None
        return name if name.is_known and not name.content.startswith("arn:") else None

    def once(self, key: tuple[str, ...], read: Callable[[], Value]) -> Value:
        """The value of a name or of a resource's attribute, read once. Raises `EvaluationError` when its evaluation needs itself."""
        known = self._memory if self.budget.folds else self._memory_as_planned
        if key in known:
            found = known[key]
            if key in self._of_workspace:
                self.session.reads_workspace = True
            if isinstance(found, LocatedError):
                raise found
            if found is None:
                raise EvaluationError(f"Cycle: {'.'.join(key[1:] if key[0] == 'resource' else key)} refers to itself.")
            return found
        known[key] = None
        session = self.session
        before, session.reads_workspace = session.reads_workspace, False
        try:
            value = read()
        except LocatedError as problem:
            known[key] = problem
            raise
        except BaseException:
            del known[key]
            raise
        finally:
            if session.reads_workspace:
                self._of_workspace.add(key)
            session.reads_workspace |= before
        known[key] = value
        return value


class Children(Struct, frozen=True):
    """The module instances that one call makes; none where its module is not available."""

    call: ModuleCall
    expansion: Expansion
    instances: tuple[ModuleInstance, ...]


def _by_expansion(expansion: Expansion, values: list[Value]) -> Value:
    """The value of a block's name: one instance, a list of them, or an object by key."""
    if expansion.waits_for is not None:
        return pending(ANY, *expansion.waits_for)
    if expansion.kind == "single":
        return values[0] if values else NULL
    if expansion.kind == "count":
        return tuple_of(values)
    return object_of(dict(zip(expansion.names, values, strict=True)))


def every_module(root: ModuleInstance) -> Iterator[ModuleInstance]:
    """A module instance and all below it, in the order of the files. A call that cannot be expanded is recorded and skipped."""
    yield root
    for block in root.module.of_type("module"):
        children = root.session.attempt(block.header, partial(root.children, block.labels[0]))
        if children is None:
            continue
        for mismatch in mismatches(children.call):
            root.session.record(mismatch)
        for child in children.instances:
            yield from every_module(child)
