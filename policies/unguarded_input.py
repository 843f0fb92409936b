"""Input can break a rule.

Why: callers can pass every value that a variable accepts. This rule finds an input that the validation
accepts and that breaks another rule. `dyncheck prove` shows which rules hold for every input.
Fix: add a validation to the variable, or a waiver where callers may choose.
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

# A finding names at most this many resources.
MOST = 3


@rule(UnguardedInput, severity=warning, fix="none")
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
