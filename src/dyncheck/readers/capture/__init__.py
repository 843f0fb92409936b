"""What an account says -> resources: the answers of its services in the shape in which Terraform keeps them in a state."""
