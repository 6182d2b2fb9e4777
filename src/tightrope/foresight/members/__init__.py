"""The members of a forecast: baselines, the direct regression, and the processes."""
