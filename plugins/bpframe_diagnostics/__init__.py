"""What each layer of a network learns from: gradients, saturation, angles."""
