"""Facts that the rules share. A file whose name starts with an underscore is no rule."""

RUNBOOKS = "https://runbooks.acme.example/"
