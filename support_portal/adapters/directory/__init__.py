"""Where product accounts live, behind the port `AccountDirectory`."""
