"""Moving: why a cost is another than it was, in parts that add up."""
