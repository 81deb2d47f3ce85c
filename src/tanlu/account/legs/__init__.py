"""运段 Legs made ready for the formulas; legs that differ only in amounts are decided once."""
