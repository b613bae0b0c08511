"""The write side: what was said, forever. Imports nothing of this house."""
