"""Pages of enterprises: the register and its ladders, the forms that change one, the merge desk, clusters."""
