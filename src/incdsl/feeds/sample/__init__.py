"""Made-up feeds for any program: valid, plausible, of any size, and the same bytes for the same seed.

Everything is worked out by DuckDB from the number of the row, with integer hashes and exact decimals, so that tens of
millions of rows take about a minute and no memory, and no row depends on another.
"""

from incdsl.feeds.sample.meeting import CannotMakeUp
from incdsl.feeds.sample.write import SampleFeed, sample_files, write_sample

__all__ = ["CannotMakeUp", "SampleFeed", "sample_files", "write_sample"]
