"""The console of rich's that falls silent when nothing can be written."""

from __future__ import annotations

from rich.console import Console


class QuietConsole(Console):
    """A console that falls silent when nothing can be written, where rich would end the run."""

    def on_broken_pipe(self) -> None:
        """Print nothing from now on."""
        self.quiet = True

    def _write_buffer(self) -> None:
        try:
            super()._write_buffer()
        except BrokenPipeError:
            raise
        except OSError:
            # The stream keeps what it could not write; the end of the command says so once.
            self.quiet = True
            del self._buffer[:]
