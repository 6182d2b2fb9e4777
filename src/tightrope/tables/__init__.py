"""Tables of others (CSV, JSON lines, Parquet) -> rows of text, whatever wants to read them."""
