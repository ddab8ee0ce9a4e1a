"""The relations that a rule can have: one file each, which says in `RELATION` all that differs."""

from mtopendata.rules.model import Relation
from mtopendata.values.alternatives import entries

RELATIONS: dict[str, Relation] = {
    relation.sign: relation
    for relation in sorted(
        entries(__name__, "RELATION"), key=lambda item: (len(item.sign), item.sign)
    )
}
"""Each relation by its sign in the table of rules, the shortest sign first."""
