"""Who vouches for it: federations, licences, submissions. Its rooms come with the federation desk."""
