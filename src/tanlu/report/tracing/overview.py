def overview(facts, *, width=1080): return ""
