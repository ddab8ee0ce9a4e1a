"""What kinds of metadata ask of a release: each question is answered once, for all of them."""
