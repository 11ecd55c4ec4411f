"""A load from its start to its report: resumed, published, waited for.

What comes in: what a person asks for. What goes out: a report, and manifests in topic `loads`.
"""
