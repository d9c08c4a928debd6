"""Speed and memory, measured: scenarios against named peers in one run."""
