"""Every way in: the use cases that all doors share, and the doors."""
