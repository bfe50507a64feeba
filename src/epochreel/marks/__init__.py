"""What is drawn as plain data: layers and texts say it once, and whatever reads them takes that."""
