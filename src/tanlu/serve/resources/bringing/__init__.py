"""What is brought in: activities in any form through the one door of the house, files by steps."""
