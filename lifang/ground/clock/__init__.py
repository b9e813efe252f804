"""Working time: which hours count, when a limit is reached, how much of it is used.

Pure Python. The public face is what this module exports; ``wording`` puts it into Chinese.
"""

from lifang.ground.clock.calendar import CHINA, Calendar, Day, OutOfRange
from lifang.ground.clock.limits import Duration, Limit, Unit, due, due_after, used

__all__ = ["CHINA", "Calendar", "Day", "Duration", "Limit", "OutOfRange", "Unit", "due", "due_after", "used"]
