"""What only graders have: the engine, the hidden checks and the commands."""
