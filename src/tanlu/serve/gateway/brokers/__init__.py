"""Brokers: what they deliver is acknowledged to them when it is durable."""
