"""What is true and how it is kept: the vocabulary, the snapshot, and the graph store."""
