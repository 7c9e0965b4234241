"""mianzheng (免证): the catalog of certificates that people no longer have to hand in."""
