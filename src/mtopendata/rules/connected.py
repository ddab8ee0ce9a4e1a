"""Groups of what hangs together: places, or rules, that share figures."""

from collections.abc import Collection, Hashable, Mapping


def connected(keys: Mapping[int, Collection[Hashable]]) -> list[list[int]]:
    """The items in groups that share a key, directly or through others. `keys` are those of each
    item. Each group is sorted, and the groups are in the order of their first items.
    """
    having: dict[Hashable, list[int]] = {}
    for item, of_item in keys.items():
        for key in of_item:
            having.setdefault(key, []).append(item)
    left = dict.fromkeys(sorted(keys))
    groups = []
    while left:
        group: list[int] = []
        ahead = [next(iter(left))]
        del left[ahead[0]]
        while ahead:
            item = ahead.pop()
            group.append(item)
            for key in keys[item]:
                for other in having.pop(key, ()):
                    if other in left:
                        del left[other]
                        ahead.append(other)
        groups.append(sorted(group))
    return groups
