"""From rows to what clients are answered: holders, timelines, persons, the board, search by words."""
