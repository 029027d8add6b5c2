"""The fault campaign: real parts are killed at random moments while stories are lived through."""
