"""The way back from a number: its sheet of steps, its file and line, its words."""
