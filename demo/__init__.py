"""What the demo and the tests start beside the portal: stand-in providers, a mail catcher and the demo's story."""
