"""Every page of the product as the demo shows it: where they are, and pictures of them for people to look at."""
