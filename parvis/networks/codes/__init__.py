"""Les codes: what each network, French and the law expect of a post, checked and explained.

Pure Python: no database, no settings, no connection. A rule is one function; a pack is one module; `catalogue.py` lists the packs.
"""
