"""trio-live."""
