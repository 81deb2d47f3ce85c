"""字词 The words in events: GS1 keys, words of CBV, times and numbers, each in one form."""
