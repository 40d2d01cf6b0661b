"""What the text does not say: how loose the bounds are, and laws beyond them."""
