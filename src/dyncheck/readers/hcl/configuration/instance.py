"""A module instance: what the names in it mean, each evaluated once and when first asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.calls import ModuleCall, misfits, unread
from dyncheck.readers.hcl.configuration.data_directory import workspace
from dyncheck.readers.hcl.configuration.expansion import Expansion, Instance, expand
from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.configuration.namespaces import LaterNamespace, Namespace
from dyncheck.readers.hcl.configuration.resources import ResourceInstance
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.variables import Variable, evaluate_given, value_of
from dyncheck.readers.hcl.evaluation import LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.nodes import Block
from dyncheck.readers.hcl.language.types import ANY
from dyncheck.readers.hcl.language.values import Problem, Value, object_of, pending, string, tuple_of

_NO_NAMES: Mapping[str, Value] = {}


class NoNames:
    """The scope of what must be constant."""

    is_constant = True

    def __init__(self, session: Session) -> None:
        self.budget = session.budget
        self.context = session.context

    def lookup(self, name: str) -> Value | None:
        """Nothing has a name here."""
        raise Problem(f'Variables not allowed. "{name}" cannot be used here: the value must be a constant.')


class ModuleInstance:
    """One instance of a module: the root module, or what one instance of a call makes.

    `address` is that of the instance (`module.db["a"]`, empty for the root), `path` the names of the calls that lead to it.
    `arguments` are what the call gives its variables, with the scope they are evaluated in; the root is `given` its values.
    `waits_for` says why it is not known how many instances of it there are; None when it is one for certain.
    """

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
    ) -> None:
        self.session = session
        self.module = module
        self.parent = parent
        self.call = call
        self.given = given
        self.waits_for = waits_for
        self.call_scope: Scope = instance.scope if instance else NoNames(session)
        key = instance.key if instance else ""
        outer = f"{parent.address}." if parent and parent.address else ""
        self.address: str = f"{outer}module.{call.name}{key}" if call else ""
        self.path: tuple[str, ...] = (*parent.path, call.name) if parent and call else ()
        self.budget = session.budget
        self.is_constant = False
        self._memory: dict[tuple[str, ...], Value | LocatedProblem | None] = {}
        self._memory_as_planned: dict[tuple[str, ...], Value | LocatedProblem | None] = {}
        self._expansions: dict[tuple[str, ...], Expansion | LocatedProblem] = {}
        self._children: dict[str, Children] = {}
        self._names: dict[str, Value] = {}

    @property
    def context(self) -> Context:
        """What functions may see."""
        return self.session.context

    def lookup(self, name: str) -> Value | None:
        """What the first word of a reference stands for in this module."""
        if name not in self._names:
            self._names[name] = self._namespace(name)
        return self._names[name]

    def _namespace(self, name: str) -> Value:
        if name == "path":
            return object_of(
                {
                    "module": string(self._shown_directory()),
                    "root": string("."),
                    "cwd": pending(types.STRING, "path.cwd, which differs by machine"),
                }
            )
        if name == "terraform":
            return object_of(
                {"workspace": string(workspace(self.session.directory)), "applying": pending(types.BOOL, "terraform.applying")}
            )
        if name in ("each", "count", "self"):
            raise Problem(
                f'Reference to "{name}" in the wrong place: "{name}" is set in a block with count or for_each, or in a condition only.'
            )
        read = {"var": self.variable, "local": self.local_value, "module": self._called, "data": self._data, "ephemeral": self._ephemeral}
        attribute: Callable[[str], Value] = read.get(name) or self._resources_of(name)
        return Value(types.Resource(name), Namespace(name, attribute, is_prefix=True))

    def _shown_directory(self) -> str:
        return os.path.relpath(self.module.directory, self.session.directory).replace(os.sep, "/")

    def variable(self, name: str) -> Value:
        """The value of a variable. Raises `Problem` when it is not declared, or what it is given does not fit."""
        return self.once(("var", name), lambda: self._variable(name))

    def _variable(self, name: str) -> Value:
        block = self.module.block("variable", name)
        if block is None:
            raise Problem(f'Reference to undeclared input variable. An input variable with the name "{name}" has not been declared.')
        variable = self.declared(block)
        if self.call is None:
            given = self.given.get(name)
            value = None if given is None else evaluate_given(variable, given, NoNames(self.session))
            return value_of(variable, value, given.span if given else None, f", given {given.source}," if given and not given.span else "")
        argument = self.call.arguments.get(name)
        if argument is None:
            if variable.default is None:
                raise LocatedProblem(
                    f'Missing required argument. The argument "{name}" is required, but no definition was found.', self.call.block.header
                )
            return value_of(variable, None, None)
        return self.session.fitted(variable, evaluate(argument.expression, self.call_scope), argument.expression.span)

    def declared(self, block: Block) -> Variable:
        """What a variable's block declares."""
        return self.session.modules.variable(block, NoNames(self.session))

    def local_value(self, name: str) -> Value:
        """A local value. Raises `Problem` when there is none of that name."""
        argument = self.module.locals.get(name)
        if argument is None:
            raise Problem(f'Reference to undeclared local value. A local value with the name "{name}" has not been declared.')
        return self.once(("local", name), lambda: evaluate(argument.expression, self))

    def output(self, name: str) -> Value:
        """The value of an output. Raises `Problem` when there is none of that name."""
        block = self.module.block("output", name)
        if block is None:
            raise Problem(f'Unsupported attribute. This object does not have an attribute named "{name}".')

        def read() -> Value:
            value = block.body.arguments.get("value")
            if value is None:
                raise LocatedProblem('Missing required argument. The argument "value" is required.', block.header)
            return evaluate(value.expression, self).marked(self._is_sensitive(block))

        return self.once(("output", name), read)

    def _is_sensitive(self, block: Block) -> bool:
        flag = block.body.arguments.get("sensitive")
        return flag is not None and evaluate(flag.expression, NoNames(self.session)).content is True

    def _called(self, name: str) -> Value:
        if self.module.block("module", name) is None:
            raise Problem(f'Reference to undeclared module. No module call named "{name}" is declared.')
        children = self.children(name)
        if children.unresolved:
            return pending(ANY, f"module.{name}, which could not be looked into")
        if children.expansion.waits_for is not None:
            return pending(ANY, *children.expansion.waits_for)
        values = [Value(types.Resource("module"), Namespace(f"module.{name}", child.output)) for child in children.instances]
        return _by_expansion(children.expansion, values)

    def children(self, name: str) -> Children:
        """The instances that a call makes. Raises `LocatedProblem` when its count, for_each or source is not one."""
        if name not in self._children:
            block = self.module.block("module", name)
            assert block is not None
            self._children[name] = self._read_children(self._call(block))
        return self._children[name]

    def _call(self, block: Block) -> ModuleCall:
        """The call that a block makes; a module that cannot be read is as one that is not there, and the error is kept."""
        try:
            return self.session.modules.call(block, (*self.path, *block.labels), self.module, self.session.directory)
        except InputError as error:
            self.session.problems[str(error)] = None
            return unread(block)

    def _read_children(self, call: ModuleCall) -> Children:
        self._refuse_cycle(call)
        expansion = self.expansion(call.block)
        if call.module is None:
            return Children(call, expansion, (), True)
        waits_for = self.waits_for if expansion.waits_for is None else expansion.waits_for
        instances = tuple(
            ModuleInstance(self.session, call.module, parent=self, call=call, instance=instance, waits_for=waits_for)
            for instance in expansion.instances
        )
        return Children(call, expansion, instances, False)

    def _refuse_cycle(self, call: ModuleCall) -> None:
        ancestor: ModuleInstance | None = self
        while ancestor and call.module:
            if ancestor.module.directory == call.module.directory:
                raise LocatedProblem(f"The module calls itself: module.{call.name} leads back to a module around it.", call.source_span)
            ancestor = ancestor.parent

    def expansion(self, block: Block) -> Expansion:
        """The instances of a resource or call block of this module. Raises `LocatedProblem`."""
        key = (block.type, *block.labels)
        if key not in self._expansions:
            try:
                with self.session.evaluating(block.header):
                    found = expand(block.body, self)
                self.session.add_instances(len(found.instances), block.header)
                self._expansions[key] = found
            except LocatedProblem as problem:
                self._expansions[key] = problem
        known = self._expansions[key]
        if isinstance(known, LocatedProblem):
            raise known
        return known

    def instances(self, block: Block) -> tuple[ResourceInstance[ModuleInstance], ...]:
        """The instances of a resource block. Raises `LocatedProblem` when its count or for_each is not one."""
        expansion = self.expansion(block)
        waits_for = self.waits_for if expansion.waits_for is None else expansion.waits_for
        return tuple(ResourceInstance(self, block, instance.key, instance.scope, waits_for) for instance in expansion.instances)

    def _resources_of(self, kind: str) -> Callable[[str], Value]:
        return lambda name: self.once(("resource", kind, name), lambda: self._resource(kind, name))

    def _resource(self, kind: str, name: str) -> Value:
        block = self.module.block("resource", kind, name)
        if block is None:
            raise Problem(f'Reference to undeclared resource. A managed resource "{kind}" "{name}" has not been declared.')
        expansion = self.expansion(block)
        if expansion.waits_for is not None:
            return pending(ANY, *expansion.waits_for)
        return _by_expansion(expansion, [instance.as_value() for instance in self.instances(block)])

    def _data(self, kind: str) -> Value:
        return self._later("data", kind)

    def _ephemeral(self, kind: str) -> Value:
        return self._later("ephemeral", kind)

    def _later(self, mode: str, kind: str) -> Value:
        """Data sources and ephemeral resources: nothing of them is known without asking the provider."""

        def read(name: str) -> Value:
            if self.module.block(mode, kind, name) is None:
                raise Problem(f'Reference to undeclared resource. A {mode} resource "{kind}" "{name}" has not been declared.')
            return Value(types.Resource(kind), LaterNamespace(f"{mode}.{kind}.{name}"))

        return Value(types.Resource(mode), Namespace(f"{mode}.{kind}", read))

    def once(self, key: tuple[str, ...], read: Callable[[], Value]) -> Value:
        """The value of a name or of a resource's attribute, read once; what is asked for while it is being read refers to itself."""
        known = self._memory if self.budget.folds else self._memory_as_planned
        if key in known:
            found = known[key]
            if isinstance(found, LocatedProblem):
                raise found
            if found is None:
                raise Problem(f"Cycle: {'.'.join(key[1:] if key[0] == 'resource' else key)} refers to itself.")
            return found
        known[key] = None
        try:
            value = read()
        except LocatedProblem as problem:
            known[key] = problem
            raise
        except BaseException:
            del known[key]
            raise
        known[key] = value
        return value


class Children:
    """The module instances that one call makes; `unresolved` says that its module is not at hand."""

    __slots__ = ("call", "expansion", "instances", "unresolved")

    def __init__(self, call: ModuleCall, expansion: Expansion, instances: tuple[ModuleInstance, ...], unresolved: bool) -> None:
        self.call = call
        self.expansion = expansion
        self.instances = instances
        self.unresolved = unresolved


def _by_expansion(expansion: Expansion, values: list[Value]) -> Value:
    """What the name of a block stands for: one instance, a list of them, or those by key."""
    if expansion.kind == "single":
        return values[0]
    if expansion.kind == "count":
        return tuple_of(values)
    return object_of(dict(zip(expansion.names, values, strict=True)))


def every_module(root: ModuleInstance) -> Iterator[ModuleInstance]:
    """A module instance and all below it, in the order of the files. A call that cannot be expanded is recorded and left out."""
    yield root
    for block in root.module.of_type("module"):
        address = f"{root.address}.{'.'.join(('module', *block.labels))}".lstrip(".")
        try:
            children = root.children(block.labels[0])
        except LocatedProblem as problem:
            root.session.record(problem)
            root.session.unread_calls.append(address)
            continue
        for misfit in misfits(children.call):
            root.session.record(misfit)
        if children.unresolved:
            root.session.leave_out(address, children.call.source)
        for child in children.instances:
            yield from every_module(child)
