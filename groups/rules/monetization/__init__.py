"""How a group earns, as typed objects: one file per kind, with its inputs, what it promises and what it warns of."""
