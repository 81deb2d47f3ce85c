# pragma version 0.4.3
"""
@title Tanlu anchor: the last checkpoint of each log, which only grows
@license Apache-2.0
"""

struct Head:
    size: uint64
    root: bytes32
    at: uint64

event Anchored:
    origin: indexed(bytes32)
    size: uint64
    root: bytes32

# by who anchors and by the SHA-256 of the log's origin: nobody anchors in another's name
heads: public(HashMap[address, HashMap[bytes32, Head]])


@external
def anchor(origin: bytes32, size: uint64, root: bytes32):
    assert size > self.heads[msg.sender][origin].size, "a log only grows"
    self.heads[msg.sender][origin] = Head(size=size, root=root, at=convert(block.timestamp, uint64))
    log Anchored(origin=origin, size=size, root=root)


@external
@view
def includes(
    who: address, origin: bytes32, index: uint64, leaf: bytes32, path: DynArray[bytes32, 63]
) -> bool:
    """
    @notice Whether a leaf stands in the last anchored tree (RFC 9162 section 2.1.3.2)
    """
    head: Head = self.heads[who][origin]
    if index >= head.size:
        return False
    at: uint64 = index
    last: uint64 = head.size - 1
    hashed: bytes32 = leaf
    for part: bytes32 in path:
        if last == 0:
            return False
        if at % 2 == 1 or at == last:
            hashed = sha256(concat(0x01, part, hashed))
            for _: uint256 in range(64):
                if at % 2 == 1 or at == 0:
                    break
                at = at // 2
                last = last // 2
        else:
            hashed = sha256(concat(0x01, hashed, part))
        at = at // 2
        last = last // 2
    return last == 0 and hashed == head.root
