# Read by the Validate button.
c = get_config()  # noqa: F821  (nbgrader gives the name)

# Training takes longer than the 30 seconds that nbgrader gives a cell by default.
c.Execute.timeout = 300
