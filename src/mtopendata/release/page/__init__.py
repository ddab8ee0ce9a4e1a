"""The page of a package: what readers see of it, worked out as data and put into templates.

The modules say what stands on it, the templates beside them how. Drawings are SVG, whose places are
exact decimals, so that they are the same everywhere.
"""
