"""The rules of a release as a script in VTL 2.1, which statistical offices run."""
