"""A mapping suggested from a look at the files: what feeds what, how it is written, and the questions left open."""
