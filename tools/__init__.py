"""What is run by hand or in CI, and not shipped."""
