"""Files of samples: what data sets are made of, and what a trained network answers to."""
