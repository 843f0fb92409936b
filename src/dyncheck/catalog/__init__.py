"""What is required: the rules and the contracts, found, loaded and matched with tables."""
