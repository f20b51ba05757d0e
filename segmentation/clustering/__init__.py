"""Ways of grouping, the rules that place a customer, the metrics that judge segments, and the frozen segmentation."""
