from mtopendata.values.pyspark_imports import ignore_pyspark_warnings, seen_as_program

ignore_pyspark_warnings()
with seen_as_program():  # where several processes run tests, none has a main module
    import pyspark.sql.connect.session  # noqa: F401
