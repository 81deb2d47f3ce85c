"""网关 Thin fronts of protocols: each hands what it hears to the one pipeline."""

from tanlu.serve.gateway.running import Gateways, Wanted

__all__ = ["Gateways", "Wanted"]
