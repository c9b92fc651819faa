from itertools import pairwise

import pytest
from imap.talk import MAIL, Talk


@pytest.mark.parametrize("count", [1, 499, 500, 501, 999, 1000, 1501])
@pytest.mark.parametrize("size", [500, 700])
def test_batches_are_full_and_leave_nothing_out(count: int, size: int) -> None:
    talk = Talk()
    talk.service.capabilities.on("UIDBATCHES")
    for number in range(count):
        talk.inbox.append(MAIL, uid=3 * number + 2)
    talk.select()
    line = talk.say(f"UIDBATCHES {size}")[0]
    pairs = [item.split(":") for item in line.split(" ")[-1].split(",")]
    ranges = [range(int(low), int(high) + 1) for high, low in pairs]
    uids = [message.uid for message in talk.inbox.messages]
    counts = [sum(uid in one for uid in uids) for one in ranges]
    assert counts == [size] * (count // size) + [count % size] * bool(count % size)
    assert ranges[0].stop == talk.inbox.uidnext
    assert ranges[-1].start == 1
    assert all(one.start == other.stop for one, other in pairwise(ranges))
    last = talk.say(f"UIDBATCHES {size} {len(ranges)}:{len(ranges) + 1}")[0]
    assert last.endswith(f") {pairs[-1][0]}:1")
