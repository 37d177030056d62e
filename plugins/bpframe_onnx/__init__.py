"""The command that writes a trained network as an ONNX file."""
