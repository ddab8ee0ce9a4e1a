"""The commands of the command line: of each its options, its help, and the call of the verb.

A command is there as soon as its file is, and has the file's name. Its function `command` takes
what was Asked and returns an Answer. Here nothing heavy is imported before it is called, as
`mtopendata --help` must not wait.
"""
