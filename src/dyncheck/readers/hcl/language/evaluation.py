"""Moved to dyncheck.readers.hcl.evaluation; import from there. This file goes away."""

from dyncheck.readers.hcl.evaluation import *  # noqa: F403
from dyncheck.readers.hcl.evaluation import evaluate as evaluate
