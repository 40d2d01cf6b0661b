"""The symbolic language: nodes, notation, derivatives, bounds, derivations; SymPy only."""
