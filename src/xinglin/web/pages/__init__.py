"""One module per page: its declared context, the function that builds it from the house, its routes."""
