"""The desk: Django's admin as clubs' registrars and the site's administrators have it."""
