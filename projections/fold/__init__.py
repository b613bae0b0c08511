"""The pure fold: claims of a post become memberships, memberships a day's view. Knows no I/O and no clock."""
