"""`<=`: the sum is 0 or negative."""

from mtopendata.rules.model import Relation

RELATION = Relation(sign="<=", symbol="≤", denial=">", least=-1, greatest=0)
