"""The selected workspace of a root module: the value of `terraform.workspace`.

Source: https://developer.hashicorp.com/terraform/language/state/workspaces
"""

from __future__ import annotations

import os
import re

from msgspec import Struct

from dyncheck.errors import InputError, UsageError
from dyncheck.readers.hcl.configuration.environments import Environment
from dyncheck.readers.hcl.configuration.files import read_bytes, shown
from dyncheck.readers.hcl.configuration.installed import data_directory, in_data_directory
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import BlockNode
from dyncheck.readers.hcl.language.quoting import quote

# The characters that Go's url.PathEscape leaves as they are. No other may be in a name.
_NAME = r"[\w.~$&+:=@-]+\Z"

_ANOTHER = "To check another one, use --workspace NAME"


class Workspace(Struct, frozen=True):
    """The workspace of a root module. `name` is empty where it is unknown, `reason` says why it is this one, `advice` how to choose."""

    name: str
    reason: str
    advice: str = f"{_ANOTHER}."

    @property
    def notice(self) -> str:
        """What a report says that depends on it."""
        found = f"is assumed to be {quote(self.name)}" if self.name else "is unknown"
        return f"terraform.workspace {found}, because {self.reason}. {self.advice}".rstrip()


def is_valid_name(name: str) -> bool:
    """Whether Terraform accepts the name of a workspace.

    Source: https://github.com/hashicorp/terraform/blob/main/internal/command/arguments/workspace.go
    """
    return re.match(_NAME, name, re.ASCII) is not None


def refuse_invalid_name(name: str) -> None:
    """Raise `UsageError` when Terraform does not accept the name of a workspace."""
    if not is_valid_name(name):
        raise UsageError(f"Invalid --workspace {name!r}; expected letters, digits, and the characters - . _ ~ $ & + : = @ only.")


def workspace_of(root: Module, chosen: str, environment: Environment | None = None) -> Workspace:
    """The workspace of a root module in an environment; `chosen` is the one that --workspace names, empty without.

    A run that HCP Terraform starts may be in another workspace than the `cloud` block names, so --workspace decides first.
    Source: https://github.com/hashicorp/terraform/blob/main/internal/cloud/backend.go
    """
    if chosen:
        return Workspace(chosen, "--workspace names it", "")
    if environment and environment.workspace:
        return Workspace(environment.workspace, f"the environment {environment.name} names it", "")
    cloud = _block_of_cloud(root)
    name = _name_in(cloud) if cloud else ""
    if cloud and cloud.type == "cloud" and name:
        return Workspace(name, f"the cloud block ({_place(cloud)}) names it")
    selected = os.environ.get("TF_WORKSPACE", "")
    if selected and not is_valid_name(selected):
        return Workspace("", "TF_WORKSPACE is not a valid name, so Terraform refuses to run", "Correct it, or use --workspace NAME.")
    if selected:
        return Workspace(selected, "TF_WORKSPACE is set")
    return _selected(root, cloud)


def _selected(root: Module, cloud: BlockNode | None) -> Workspace:
    """The workspace that `terraform workspace select` wrote down, else the default one."""
    path = os.path.join(data_directory(root.directory), "environment")
    advice = "To check one, use --workspace NAME or set TF_WORKSPACE."
    if cloud and cloud.type == "backend":
        # It is the name of the remote workspace in a remote run, and another one in a local run.
        return Workspace("", f"the remote backend ({_place(cloud)}) leaves open where Terraform runs", advice)
    try:
        path = in_data_directory(root.directory, "environment")
    except InputError:
        return Workspace("", f"{shown(path)} is a link to a file outside the root module", advice)
    try:
        name = read_bytes(path).decode(errors="replace").strip()
    except InputError:
        name = ""
    if name:
        return Workspace(name, f"{shown(path)} selects it")
    if cloud:
        return Workspace("", f"the cloud block ({_place(cloud)}) names none", advice)
    return Workspace("default", "no workspace is selected", f"{_ANOTHER} or set TF_WORKSPACE.")


def _block_of_cloud(root: Module) -> BlockNode | None:
    """The `cloud` block or the `remote` backend of a root module. One in an override file replaces all others."""
    found: BlockNode | None = None
    for file in root.files:
        for block in file.body.of_type("terraform"):
            for inner in block.body.blocks:
                if inner.type == "cloud" or inner.type == "backend":
                    found = inner if inner.type == "cloud" or inner.labels == ("remote",) else None
    return found


def _name_in(cloud: BlockNode) -> str:
    for workspaces in cloud.body.of_type("workspaces"):
        name = workspaces.body.arguments.get("name")
        if name and isinstance(name.expression, nodes.Literal) and isinstance(name.expression.value, str):
            return name.expression.value
    return ""


def _place(block: BlockNode) -> str:
    return f"{block.header.file}:{block.header.line}"
