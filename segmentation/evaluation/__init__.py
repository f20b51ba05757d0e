"""How many groups, whether they are real, and which way of grouping: comparisons, evidence and the final fit."""
