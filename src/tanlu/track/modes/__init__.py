"""方式 What moved and how: segments of one mode, and the nodes between them."""
