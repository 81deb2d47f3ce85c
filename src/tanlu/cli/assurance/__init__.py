"""鉴证命令 The verbs of a verifier and of those who sign: one file each."""
