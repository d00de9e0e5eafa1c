"""What templates show: plain maps, lists, strings and numbers made from resolved pages, one module per group of pages.

`plan.py` calls these. Nothing here is HTML; every string is escaped where a template prints it.
"""
