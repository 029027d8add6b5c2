"""Whether a page tells, by its words or by its time, which addresses have an account."""
