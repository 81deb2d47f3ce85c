"""Speed as ratios inside one run: interleaved, in fresh processes, per CPU-second.

Two consecutive blocks of the same code differed by 1.65 on a shared machine, interleaved runs by
0.98 to 1.00; so a case and its reference take turns (ABBA), each in a process of its own.
"""
