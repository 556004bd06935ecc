"""Pages of federations."""
