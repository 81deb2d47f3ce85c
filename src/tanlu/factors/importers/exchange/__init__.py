"""Payloads of partners: product footprints of PACT and transport operations of iLEAP."""
