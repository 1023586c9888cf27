"""What is kept of an account beside its webhooks: acts, counts, what is used of limits, answers for repetitions."""
