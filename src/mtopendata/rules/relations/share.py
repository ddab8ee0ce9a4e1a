"""`%`: the first term is the second as a share of the third, in percent."""

from mtopendata.rules.model import Relation

RELATION = Relation(sign="%", symbol="=", denial="≠", least=0, greatest=0, is_share=True)
