"""From the legs of a ledger to the objects of iLEAP."""
