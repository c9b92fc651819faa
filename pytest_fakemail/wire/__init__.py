"""What the three protocols share, without any I/O.

`effects` is what a session asks for, `exchange` a command with its answer and the seams for
faults and transcript, `session` what driver and session expect of each other.  `lines`
cuts input into lines; `sasl` is authentication, `logins` who may log in; `capabilities` the
switchboard of extensions.
"""
