"""The one package that does I/O: sockets, TLS, the server thread, and waiting in a user's loop.

`Listener` is what a FakeMail opens; it accepts connections on the shared `loop`, gives each
a `Driver`, and the driver performs a session's effects on a `Channel`.  Nothing here knows a
protocol: a session gets octets and answers with effects.
"""
