"""Figures and the forms they come out in. Workbook, document and chart libraries belong here only."""
