"""How far apart two words are."""


def is_one_slip(one: str, other: str) -> bool:
    """Whether two different words are one slip of the pen apart: a letter that is wrong, missing,
    or too many, or two neighbours that changed places.
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    begin = next(
        (i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter)
    )
    here, there = shorter[begin:], longer[begin:]
    if len(one) != len(other):
        return here == there[1:]
    return here[1:] == there[1:] or (here[2:] == there[2:] and here[:2] == there[1::-1])
