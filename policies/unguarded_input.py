"""An input that its validation leaves free breaks another rule.

Why: a module is used by callers its author never meets, and whatever its variables take, somebody will give. `dyncheck prove` says
which rules hold for every input; this rule says which input breaks one that holds without it.
Fix: guard the variable, or where callers are to have the freedom, say so by a waiver.
    variable "read_capacity" {
      type     = number
      default  = 5
      nullable = false

      validation {
        condition     = var.read_capacity >= 1
        error_message = "The read capacity must be at least 1."
      }
    }
"""

from dyncheck.rule import Problem, Problems, UnguardedInput, rule, warning

# How many of the resources a finding names.
MOST = 3


@rule(UnguardedInput, severity=warning)
def check(unguarded: UnguardedInput) -> Problems:
    named = ", ".join(unguarded.addresses[:MOST])
    more = f" and {len(unguarded.addresses) - MOST} more" if len(unguarded.addresses) > MOST else ""
    yield Problem(
        address=unguarded.address,
        path=unguarded.rule,
        summary=f"{unguarded.values} breaks {unguarded.rule} on {named}{more}",
        fix=f"# guard var.{unguarded.variable} with a validation",
        location=unguarded.location,
        places=unguarded.places,
    )
