"""Data sets of life-cycle assessment: ILCD and openLCA, each product to its cradle-to-gate CO2e."""
