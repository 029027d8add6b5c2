"""The pages: they ask use cases and read screens, and decide nothing themselves."""
