"""How the shipped speech model is made; needs torch, which Synapse itself does not (see the README)."""
