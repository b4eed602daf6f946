"""The pages: what a user sees of the house. They ask the application questions and send it commands; never tables."""
