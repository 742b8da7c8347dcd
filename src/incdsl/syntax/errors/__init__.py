"""The diagnostics of the parser, by what they are about."""
