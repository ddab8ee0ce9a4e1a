"""What a figure is: its tables and columns, its printed number, its interval, its name."""
