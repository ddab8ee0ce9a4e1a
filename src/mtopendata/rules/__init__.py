"""Rules over figures: linear relations, decided by interval arithmetic."""
