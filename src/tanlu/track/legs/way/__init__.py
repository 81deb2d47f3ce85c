"""路程 What one vehicle did: chained, measured, cut at borders, with its energy."""
