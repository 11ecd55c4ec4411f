"""The pages and the chart that are written from the stored results."""
