"""How fast dyncheck is, held against what it could be at best and against other tools, in one run: `make bench`."""
