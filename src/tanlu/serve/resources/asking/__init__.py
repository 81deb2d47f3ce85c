"""What is asked of a resource: at which version, from where on, in which body, once."""
