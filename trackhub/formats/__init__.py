"""How dates are written, where Django's own ways are not the field's: 14 Aug 2016 everywhere."""
