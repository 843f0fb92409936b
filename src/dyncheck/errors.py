"""What goes wrong with a run, as opposed to what is wrong with the infrastructure it checks."""


class DyncheckError(Exception):
    """A run that cannot go on. The message is one sentence on what happened and one on what to do next."""

    exit_code = 3


class UsageError(DyncheckError):
    """An option, a rule's name or a contract that dyncheck cannot work with."""

    exit_code = 2


class InputError(DyncheckError):
    """An input that could not be checked: unreadable, truncated, not a plan, or with nothing in it to check."""

    exit_code = 3
