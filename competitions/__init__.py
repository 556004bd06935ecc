"""How it was achieved: meets, heats, results, tournaments. Its rooms come with the meet desk."""
