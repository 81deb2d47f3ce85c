"""服务命令 The verbs of a server: who may come in, one file each."""
