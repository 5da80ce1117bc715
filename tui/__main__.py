"""`python -m tui` is `bedwatch`."""

from tui.cli import main

main()
