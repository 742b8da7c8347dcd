"""Warnings about programs that are sound: what is allowed and rarely meant.

Each warning is proved, over all the rows that there can be: intervals, dates, values of a choice and booleans are split
exactly, nothing is sampled, and what cannot be decided is not spoken of.
"""
