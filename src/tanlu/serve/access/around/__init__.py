"""What is laid around all routes: how often, how much, and what is written down."""
