"""Cases: pieces of work that move through a loop, from opened to closed; every change a command with its event."""
