"""A sample plugin for bpframe: an activation, a cost, a learning rule and a journal."""

from bpframe_sample.journal import CsvJournal, NoJournal
from bpframe_sample.log_cosh import LogCosh
from bpframe_sample.sign import Sign
from bpframe_sample.swish import Swish

__all__ = ["CsvJournal", "LogCosh", "NoJournal", "Sign", "Swish"]
