"""Linear systems in exact numbers: whether they have a solution, and how far each number can go."""
