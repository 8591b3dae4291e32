# Responses.

disposition-received = Received
disposition-acknowledged = Read
disposition-adopted = Adopted
disposition-partly-adopted = Partly adopted
disposition-not-adopted = Not adopted
disposition-out-of-scope = Out of scope

confidentiality-open = Open
confidentiality-claimed = Claimed trade secret
confidentiality-accepted = Accepted as a trade secret
confidentiality-rejected = Not accepted as a trade secret
