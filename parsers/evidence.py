"""How strongly a line proves that a run ended, and why: the order of causes."""

from __future__ import annotations

# A cancellation or failure decides over a success; among failures the stronger line is the cause, of equals the
# earlier. What follows a cancellation is no cause, and a bare cancellation after a failure is its collateral.
WEAK_SUCCESS = 10  # output that usually comes last, but that more could follow
SUBMITTED = 15  # handed to a scheduler
SUCCESS = 30  # the program says that it is done
EXIT_CODE = 33  # srun: "Exited with exit code 1"; "Killed" on the other tasks
BARE_CANCEL = 35  # CANCELLED AT without a reason: scancel when alone, collateral after a failure
EXCEPTION = 40  # the program's own exception
FATAL = 45  # the vendor's authoritative line of failure, or the scheduler's refusal
INTERRUPT = 50  # KeyboardInterrupt, ^C
KILLED_BY_LIMIT = 60  # time limit, preemption, node failure: decides wherever it stands
OUT_OF_MEMORY = 70  # decides wherever it stands
