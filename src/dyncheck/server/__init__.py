"""The language server: the same check on the files that are open in an editor, saved or not."""
