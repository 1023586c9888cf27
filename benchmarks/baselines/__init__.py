"""What the functions are measured beside: the naive way, the leanest, and a signed POST in place of an SDK's call."""
