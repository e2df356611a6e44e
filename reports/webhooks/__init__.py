"""What other systems are told: each event, in order, signed, at an address that may be called."""
