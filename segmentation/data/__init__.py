"""From files to one row a customer: reading, kinds of data, what columns mean, tables behind pictures of the data."""
