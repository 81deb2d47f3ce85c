"""Tests of quotes at the checkout."""
