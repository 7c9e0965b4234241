"""GitHub and GitHub Enterprise, by their REST interface.

Commits are made by the Git Data calls (tree, commit, reference) and not by pushing: a batch is one commit, nothing has
to be cloned, the server itself refuses to overwrite a branch or to move it backwards, and every call can be checked
against GitHub's published description.
"""
