"""Pictures as SVG: plain shapes and text, no script, no style of their own; they take the colour of the text around them.

Our own drawing, because a time line, a causal chain and a map of tiles are in no chart library that draws without a
browser, and one that does (Vega through vl-convert) is a 33 MB binary that makes pictures of fixed colours and sizes.
"""
