"""The package beside its peers: each part measured in turn with its peer, in one process.

``python -m bench`` prints the ratios beside their targets; ``nox -s bench`` installs the peers.
"""
