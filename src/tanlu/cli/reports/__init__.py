"""报告主题 The topics of ``tanlu report``, one file each."""
