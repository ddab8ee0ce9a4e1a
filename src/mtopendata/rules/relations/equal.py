"""`=`: the sum is 0, a balance."""

from mtopendata.rules.model import Relation

RELATION = Relation(sign="=", symbol="=", denial="≠", least=0, greatest=0)
