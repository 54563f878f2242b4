"""Figures, and the forms they come out in.

Libraries for workbooks, documents and charts belong here only.
"""
