"""Tables whose cells are drawn with lines: the lines of a page, and the cells between them."""
