"""`python -m mtopendata`."""

from mtopendata.cli import main

main(prog_name="mtopendata")
