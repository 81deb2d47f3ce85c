"""网关 Gateways: what brokers and folders deliver, acknowledged when it is durable."""
