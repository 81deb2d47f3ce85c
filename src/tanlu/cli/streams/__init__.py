"""数据流命令 The verbs of streams: devices, definitions, commands, one file each."""
