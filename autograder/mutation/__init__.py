"""Can the checks of an assignment be trusted?  Each is tried on answers that are a little wrong."""
