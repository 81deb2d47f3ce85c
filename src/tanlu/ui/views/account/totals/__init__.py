"""The total of transport cut by any key, and the shipments behind each row."""
