"""Where bytes come from: files, folders, archives, addresses, standard input.

What comes in: paths and addresses. What goes out: streams of unpacked bytes, counted and hashed.
"""
