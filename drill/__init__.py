"""Corruption drill: change the package in the ways people do, and count what a validation sees.

`python -m drill` tries every corruption and prints the table; `--write docs/drill.md` puts it
between
the file's drill markers; `--escapes` lists the corruptions that are not caught. The sheet from
which the figures were taken is looked for in the folder that MTOPENDATA_SOURCES names, else in
../shared/source beside the repository; without it the column for it is left out.
"""
