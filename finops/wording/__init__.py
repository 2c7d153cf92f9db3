"""Questions as people word them: words, names, times and cuts become a canonical line."""
