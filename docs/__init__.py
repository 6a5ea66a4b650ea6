"""What the documentation is made with; `examples` holds the programs it shows."""
