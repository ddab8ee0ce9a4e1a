"""What PySpark warns of that is of no use here, whoever imports it."""

from warnings import filterwarnings


def ignore_pyspark_warnings() -> None:
    """Let PySpark say nothing of a new pandas, with which nothing is done here, nor of calls given
    up, which are errors then. Pandera imports PySpark too, wherever it is installed.
    """
    filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]", UserWarning)
