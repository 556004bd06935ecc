"""What every API view of the house stands on; settings name most of it, so views needn't."""
