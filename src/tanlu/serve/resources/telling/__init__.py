"""How a resource answers: schemas from the tables, pages, streams of batches, files."""
