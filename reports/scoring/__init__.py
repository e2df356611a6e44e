"""考核评分: each department's card for a quarter, point by point from the record."""
