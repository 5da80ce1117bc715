"""What things cost, each a program of its own: `python -m tests.bench.NAME`. None is a test; each holds its figures against
something that it measures beside them, so that they mean the same on another machine, and says where a limit is missed.

keypress  from a key to its frame, with many live runs    redraw   what a screen at rest writes
quit      from q to the end of the process                start    how soon something is there
fleet     two hundred jobs that write                     idle     a thousand runs that do not
memory    a million appended lines                        biglog   the log screen over many gigabytes
linking   finding, linking and telling events             logdiff  one log against another
peers     the same question to lnav and to polars         append   from a line's write to the screen
opening   a first opening of a thousand logs
"""
