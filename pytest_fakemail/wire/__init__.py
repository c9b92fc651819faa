"""What the three protocols share, without any I/O.

`effects` is what a session asks for, `exchange` what a client did, `conversation` the one place
where faults and transcript join in, `parties` what all of them expect of each other, `session` what
a session is given.  `lines` cuts input into lines; `sasl` is authentication, `logins` who may log
in; `capabilities` the switchboard of extensions.
"""
