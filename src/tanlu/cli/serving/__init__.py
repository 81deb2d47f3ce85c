"""The verbs of a server: the web process, a park that lives for a look, who may come in."""
