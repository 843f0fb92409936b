"""The result of a reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.model import Change, Comment, Condition, Drift, NotChecked, Resource, Unjudged
from dyncheck.readers.providers import of_one_input

if TYPE_CHECKING:
    # Only an input that cannot be checked needs it at run time.
    from dyncheck.input_problems import InputProblem


class Reading(Struct, frozen=True):
    """The DynamoDB resources of one input, as they will be.

    `kind` is `plan`, `state`, `hcl` or `capture`; `producer` made the input, such as "Terraform 1.11.4". `incomplete` has the resource
    types that may be incomplete, `why_incomplete` the reason. `notices` are about the reading, `nothing` says why there may be nothing to
    check. `conditions` are those that do not hold. `faults` gives the errors of Terraform; it is complete when all rules have run,
    because values are read when a rule asks for them, and so are `late_notices` and `comments`, the comments to tools. `sha256` is empty
    where one file is the whole input. `variables` are the JSON values of the root module's variables in a plan. `changes` are those of a
    plan, `drifts` the changes outside Terraform that it shows. `not_checked` are the resources that make tables and are not read, and the
    module calls whose modules are not available. `data` gives the data sources that a rule may ask for. `unseen_on` says why resources of
    a type that concern a given one may be missing, empty when none may; without it, `why_incomplete` is the reason for every resource.
    `files` and `variable_files` are the paths of the Terraform files that were read. `tofu` are the `.tofu` files of its modules, which
    OpenTofu reads and Terraform does not. `directories` are those of the modules that have an instance, by their real paths. `unjudged`
    gives the blocks that no rule judges; `workspace` gives the name of the workspace, empty where it is unknown. `variables_of` gives the
    names of the variables of a resource's module, none where the input does not show them. `missing_topics` are the ARNs for which there
    certainly is no topic.
    """

    kind: str
    producer: str
    resources: tuple[Resource, ...]
    incomplete: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    nothing: str = ""
    why_incomplete: str = ""
    conditions: tuple[Condition, ...] = ()
    faults: Callable[[], tuple[InputProblem, ...]] = tuple
    sha256: str = ""
    comments: Callable[[], tuple[Comment, ...]] = tuple
    variables: Mapping[str, Any] = {}
    late_notices: Callable[[], tuple[str, ...]] = tuple
    changes: tuple[Change, ...] = ()
    drifts: tuple[Drift, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    data: Callable[[], tuple[Resource, ...]] = tuple
    tofu: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    variable_files: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    unjudged: Callable[[], tuple[Unjudged, ...]] = tuple
    workspace: Callable[[], str] = str
    unseen_on: Callable[[str, Resource], str] | None = None
    variables_of: Callable[[Resource], Collection[str]] | None = None
    missing_topics: frozenset[str] = frozenset()


def of_input(reading: Reading, path: str) -> Reading:
    """The reading with the path of its input in the key of each provider configuration.

    Two inputs may use one key for two configurations, which must be compared by their settings.
    """

    def marked(resource: Resource) -> Resource:
        return replace(resource, provider=of_one_input(resource.provider, path))

    def maybe(resource: Resource | None) -> Resource | None:
        return resource and marked(resource)

    return replace(
        reading,
        resources=tuple(map(marked, reading.resources)),
        changes=tuple(replace(each, before=maybe(each.before), recorded=maybe(each.recorded)) for each in reading.changes),
        drifts=tuple(replace(each, recorded=marked(each.recorded), found=maybe(each.found)) for each in reading.drifts),
    )
