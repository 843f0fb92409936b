"""Finds the configuration of Terragrunt, which gives modules values and files that are not in the tree.

Source: https://docs.terragrunt.com/features/units/
"""

from __future__ import annotations

import os
from collections.abc import Collection

from dyncheck.readers.hcl.configuration.files import is_inside, shown

_NAMES = ("terragrunt.hcl", "terragrunt.hcl.json", "terragrunt.stack.hcl", "root.hcl")

_PLANS = "`terragrunt run --all --out-dir PLANS --json-out-dir JSON -- plan`"


def hint_of_terragrunt(directory: str, trees: Collection[str]) -> str:
    """What to do about missing values in a directory for Terragrunt; empty where it has none, in it and above it in the trees."""
    while any(is_inside(directory, tree) for tree in trees):
        for name in _NAMES:
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                return f"Terragrunt ({shown(path)}) may supply values and generated files: check its plans, which {_PLANS} writes."
        parent = os.path.dirname(directory)
        if parent == directory:
            break
        directory = parent
    return ""
