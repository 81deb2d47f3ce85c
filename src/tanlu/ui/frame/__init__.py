"""What all pages share: context, words, numbers, templates, files, policy, navigation."""
