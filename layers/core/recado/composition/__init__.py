"""The composition root: builds each function's use cases from its settings. The only place that knows all parts."""
