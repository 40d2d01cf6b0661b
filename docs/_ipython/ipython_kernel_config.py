"""How the kernel of a page draws; conf.py copies this into the profile that the build uses.

It stands here and not in the cells, so that a page's code is what a reader would type.
"""

c = get_config()

c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {}  # the house style is the only one, see docs/_static/rnnmath.mplstyle
c.HistoryManager.enabled = False
