"""Version numbers and the steps between them, by Semantic Versioning and the version recipe of Data
Package, https://datapackage.org/recipes/data-package-version/.
"""

from enum import IntEnum

from semver import Version as Version


class Step(IntEnum):
    """What a change asks of the version: which of its three numbers has to rise."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


def read_version(text: object) -> Version | None:
    """The version that a text is, such as `1.0.0`; None where it is none. What stands behind a plus
    tells builds of one version apart, and is left out.
    """
    if not isinstance(text, str):
        return None
    try:
        return Version.parse(text).replace(build=None)
    except ValueError:
        return None


def next_version(old: Version, step: Step) -> Version:
    """The lowest release after `old` that takes the step.

    Before 1.0.0 nothing is promised, and what would be a major step is a minor one. What a
    pre-release announces may still change in any way, so that its own release takes every step.
    """
    if step is Step.NONE:
        return old
    if old.prerelease:
        return old.finalize_version()
    if old.major == 0:
        step = min(step, Step.MINOR)
    match step:
        case Step.PATCH:
            return old.bump_patch()
        case Step.MINOR:
            return old.bump_minor()
        case _:
            return old.bump_major()


def takes_step(old: Version, new: Version, step: Step) -> bool:
    """Whether going from `old` to `new` is such a step, or a larger one.

    A pre-release takes the steps of the release that it announces.
    """
    if step is Step.NONE:
        return new >= old
    return new > old and new.finalize_version() >= next_version(old, step)
