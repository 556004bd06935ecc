"""What leaves the house on paper or as a sheet: bytes made of plain values, without a query."""
