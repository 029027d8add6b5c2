"""What the portal does, one function a verb, called by pages, workers and commands alike."""
