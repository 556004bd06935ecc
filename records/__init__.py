"""What was achieved: athletes, marks, personal bests, record books, and the importer that feeds them."""
