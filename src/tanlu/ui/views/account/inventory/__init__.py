"""The inventory of an organisation, and the activities behind each of its figures."""
