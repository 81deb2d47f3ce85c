"""What the pages of Tanlu load in a browser, as files under ``dist`` named by their hash."""
