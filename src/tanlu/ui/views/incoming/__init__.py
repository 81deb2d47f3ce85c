"""What comes in: imports, sources, quality, refused rows, devices."""
