"""What the tests have in common: packages to write, the program to run, reports to read."""
