"""Gitee, its private deployments, and what speaks the same: branches by git, pull requests by the v5 interface.

The interface writes one commit for each file, so branches and commits go by git through the mirror of the list; a batch
stays one commit, and the same content has the same id as on every other forge.

Written from the public v5 reference and the clients made from it; **unverified against the live service**.
"""
