"""How the athlete is: measurements, check-ins, consent. Its rooms come with the athlete's diary."""
