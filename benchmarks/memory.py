"""Memory of the server's process: per captured message, and the peak of a big one."""

from peers import PEERS, NotInstalled, running
from smtp import SMALL, Client

MESSAGES = 5000
WARM = 200
MIB = 1024 * 1024


def per_message(name: str) -> float:
    with running(name) as one:
        client = Client(one.port)
        for _ in range(WARM):
            client.send(SMALL)
        before = one.memory()
        for _ in range(MESSAGES):
            client.send(SMALL)
        grown = one.memory() - before
        client.close()
    return grown / MESSAGES


def peak(name: str, size: int) -> float:
    line = b"z" * 76 + b"\r\n"
    message = b"Subject: Big\r\n\r\n" + line * (size // len(line))
    with running(name) as one:
        client = Client(one.port)
        client.send(SMALL)
        before = one.memory("VmHWM")
        client.send(message)
        grown = one.memory("VmHWM") - before
        client.close()
    return grown * 1024 / len(message)


def main() -> None:
    print(f"KiB per captured message of {len(SMALL)} octets")
    for name in PEERS:
        try:
            print(f"  {name:20} {per_message(name):6.2f}")
        except NotInstalled:
            print(f"  {name:20} is not installed")
    print("peak of a 100 MiB message, as a multiple of its size")
    print(f"  {'fakemail':20} {peak('fakemail', 100 * MIB):6.2f}")


if __name__ == "__main__":
    main()
