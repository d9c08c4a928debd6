"""What should be done: pure formulations, plans with proof, and their verification."""
