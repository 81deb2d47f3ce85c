"""合计 Meters added up: calculated streams, main meters against those below them, balances."""
