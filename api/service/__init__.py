"""The use cases that every door shares: plain functions over the graph, the loaders and the matching."""
