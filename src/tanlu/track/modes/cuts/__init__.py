"""切分 Devices cut into stays and moves, and what a stretch of moves was like."""
