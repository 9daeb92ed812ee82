"""Parts of the Attention page, one file each: what is asked of an answer, and what is found."""
