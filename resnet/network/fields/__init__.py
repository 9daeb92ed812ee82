"""A network field by field: what each may be, what is usual, and the convolutions of all."""
