"""The embedded origin: real digits that scikit-learn carries, and pictures drawn by seeded generators."""
