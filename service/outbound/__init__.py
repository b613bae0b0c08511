"""Every request that the product sends out: one client, one guard, one place where addresses are judged."""
