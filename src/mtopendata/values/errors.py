"""The one exception that means: the tool could not do its work."""


class MtopendataError(Exception):
    """`where: what is wrong; what to do`. The command line turns it into exit code 2."""

    def __init__(self, where: str, what: str, todo: str) -> None:
        """`where` is a file or an option, `what` the fault, `todo` the user's next step."""
        super().__init__(f"{where}: {what}; {todo}")
        self.where = where
        self.what = what
        self.todo = todo
