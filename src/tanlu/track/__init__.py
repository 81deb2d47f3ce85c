"""跟踪 Where goods are and what they did: positions to legs, events to things, one trace of all."""
