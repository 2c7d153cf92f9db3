"""Files as people have them, made into what a batch reads: UTF-8 CSV with commas, JSON lines or Parquet."""
