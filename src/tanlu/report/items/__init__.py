"""What a transport report is made of: sums, sections, sources and conformity."""
