"""Access: who may see and do what, and who did. Every room that shows or changes anything asks here first."""
