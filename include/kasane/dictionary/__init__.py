"""The data dictionary (データ辞書): what each field, table and column means, where it comes of, and where it shows."""
