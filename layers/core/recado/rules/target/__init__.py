"""Rules of targets: which URLs and addresses may be contacted."""
