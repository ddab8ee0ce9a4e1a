"""What PySpark warns of that does not concern us, whoever imports it."""

from warnings import filterwarnings


def ignore_pandas_warning() -> None:
    """Let PySpark say nothing of a new pandas, with which nothing is done here. Pandera imports
    PySpark too, wherever it is installed.
    """
    filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
