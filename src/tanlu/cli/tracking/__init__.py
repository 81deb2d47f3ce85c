"""跟踪命令 The verbs of tracking: positions to legs, events of things, one shipment whole."""
