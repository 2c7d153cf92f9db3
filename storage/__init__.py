"""What we remember: state in SQL, facts in Parquet, answers from DuckDB."""
