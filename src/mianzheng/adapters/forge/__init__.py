"""Forges: the local bare repository, GitHub and Gitee, with what they share."""
