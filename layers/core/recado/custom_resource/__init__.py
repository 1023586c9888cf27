"""A webhook as a resource of CloudFormation: what a template says of it, and what CloudFormation is answered."""
