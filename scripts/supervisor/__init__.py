"""What stands outside a run and watches it: limits, memory, machine, lock, clean-up."""
