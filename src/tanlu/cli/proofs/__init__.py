"""证明命令 The verbs of proof: the log, witnesses, keys, editions and packs, one file each."""
