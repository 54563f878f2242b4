"""What leaders of a chi hội do: review the reports of their unit."""
