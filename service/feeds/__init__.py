"""What is told as it happens: the Changes as pages, as a stream and as Atom."""
