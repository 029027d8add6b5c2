"""What the use cases need of the world outside, in their own words."""
