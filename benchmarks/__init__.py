"""The figures of the README's table, one module each; ratios are measured within one run."""
