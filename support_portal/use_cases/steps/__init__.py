"""The steps that use cases share: gathering facts, making a move, running the checks, writing letters."""
