"""规则 The rules: each gives readings or spans that it does not believe, with figures."""
