"""What both manuals share."""

project = "Tanlu 碳路"
author = "the Tanlu authors"
extensions = ["myst_parser", "sphinx.ext.mathjax"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
exclude_patterns = ["_build"]
nitpicky = True
