"""What no version can run of those that a configuration requires.

Sources: https://developer.hashicorp.com/terraform/language/terraform#required_version and
https://opentofu.org/docs/language/settings/#specifying-a-required-opentofu-version
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.files import OPENTOFU, TERRAFORM
from dyncheck.readers.hcl.configuration.features import Feature, features
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Span
from dyncheck.readers.versions import accepts, is_constraint, limits, parsed

# OpenTofu from this version on reads the constraint in `.tofu` files only.
_READS_TOFU_ONLY = (1, 12)


class Requirement(Struct, frozen=True):
    """A version constraint. Only OpenTofu reads one that `is_of_opentofu`, and OpenTofu 1.12 does not read one that `is_optional`."""

    constraint: str
    span: Span
    is_of_opentofu: bool
    is_optional: bool

    def allows(self, program: str, version: str) -> bool:
        """Whether that version of a program fits, or does not read the constraint."""
        numbers = parsed(version)
        is_read = not self.is_optional or program != OPENTOFU or numbers is None or numbers[0] < _READS_TOFU_ONLY
        return not is_read or accepts(self.constraint, version)


def unsupported(modules: Iterable[Module], program: str) -> Iterator[LocatedError]:
    """What the modules of a configuration, the root module first, use although they require versions without it.

    Where the program is Terraform, the same files may be for OpenTofu.
    """
    known = tuple(modules)
    required = tuple(each for module in known for each in requirements(module))
    invalid = [each for each in required if not is_constraint(each.constraint)]
    for each in invalid:
        yield LocatedError(f'Invalid version constraint "{each.constraint}". Write it like ">= 1.5, < 2.0".', each.span)
    if invalid or not required:
        return
    is_for_opentofu = program == OPENTOFU or any(each.is_of_opentofu for each in required)
    programs = (OPENTOFU,) if is_for_opentofu else (TERRAFORM, OPENTOFU)
    if not is_for_opentofu:
        # A constraint counts for both programs, because who writes it means the one that runs.
        required = tuple(replace(each, is_optional=False) for each in required)
    if not _fits(Feature("", "0", "0"), required, programs):
        message = f"No version satisfies {_listed(required)}. Correct one of them."
        yield LocatedError(message, required[-1].span)
        return
    for position, module in enumerate(known):
        named: set[Feature] = set()
        for feature, span in features(module, is_root=position == 0):
            if feature not in named and not _fits(feature, required, programs):
                yield _refusal(feature, span, required, programs)
            named.add(feature)


def requirements(module: Module) -> tuple[Requirement, ...]:
    """The version constraints of a module on the program. One in an override file replaces those before it."""
    found: list[Requirement] = []
    for file in module.files:
        is_tofu = file.path.endswith((".tofu", ".tofu.json"))
        for block in file.body.blocks:
            if block.type == "terraform" and "required_version" in block.body.arguments:
                if file.is_override:
                    found.clear()
                found += _requirement(block.body.arguments["required_version"], is_of_opentofu=is_tofu, is_optional=not is_tofu)
            if block.type == "language":
                for inner in block.body.of_type("compatible_with"):
                    if "opentofu" in inner.body.arguments:
                        found += _requirement(inner.body.arguments["opentofu"], is_of_opentofu=True, is_optional=False)
    return tuple(found)


def _requirement(argument: Argument, *, is_of_opentofu: bool, is_optional: bool) -> Iterator[Requirement]:
    value = argument.expression.value if isinstance(argument.expression, nodes.Literal) else None
    if isinstance(value, str):
        yield Requirement(value, argument.expression.span, is_of_opentofu, is_optional)


def _fits(feature: Feature, required: Iterable[Requirement], programs: tuple[str, ...]) -> bool:
    """Whether the constraints allow a version of one of the programs that has a feature, if any version has it."""
    since = {program: version for program, version in feature.since.items() if program in programs}
    return not since or any(
        all(each.allows(program, version) for each in required)
        for program, first in since.items()
        for version in _candidates(first, required)
    )


def _candidates(since: str, required: Iterable[Requirement]) -> Iterator[str]:
    """Versions from one on. If the constraints allow any version of all those, they allow one of these."""
    first = parsed(since)
    for limit in (since, ".".join(map(str, _READS_TOFU_ONLY)), *(limit for each in required for limit in limits(each.constraint))):
        version = parsed(limit)
        if first and version and version[0] >= first[0]:
            yield limit


def _refusal(feature: Feature, span: Span, required: tuple[Requirement, ...], programs: tuple[str, ...]) -> LocatedError:
    cause = next(((each,) for each in required if not _fits(feature, (each,), programs)), required)
    needed = " or ".join(f"{program} {version}" for program, version in feature.since.items() if program in programs)
    message = f"{feature.name} needs {needed}, but the configuration requires {_listed(cause)}. Remove it, or allow a newer version."
    return LocatedError(message, span)


def _listed(required: Iterable[Requirement]) -> str:
    return " and ".join(f'"{each.constraint}" ({each.span.file}:{each.span.line})' for each in required)
