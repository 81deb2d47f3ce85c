"""Edge: what devices sign and gateways send."""
