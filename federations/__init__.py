"""Who vouches for it. News and the weekly digest so far; federations, licences and submissions come with their desk."""
