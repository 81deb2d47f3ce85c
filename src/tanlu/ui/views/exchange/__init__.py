"""With others: partners of the exchange, and suppliers."""
