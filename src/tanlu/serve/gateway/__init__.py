"""网关 Thin fronts of protocols: each hands what it hears to the one pipeline."""
