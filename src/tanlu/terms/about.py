"""What this program is: its version, which editions and documents pin."""

VERSION = "0.1.0"
