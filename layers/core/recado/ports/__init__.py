"""The ports: what the use cases need from the world outside, as types. Adapters and test fakes fill them."""
