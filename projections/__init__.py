"""The read side: folds of the log. Imports events only."""
